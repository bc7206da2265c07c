// An .avsc file is an Avro schema of a record that the engine supports.
import type { SchemaError } from '../../schemas/avro.ts'
import { quoted } from '../printable.ts'
import type { Source, Span } from '../source.ts'
import { rule } from './rule.ts'

export const schemasValid = rule(
  'schemas-valid',
  'Every schema is an Avro record.',
  (say, name: string, source: Source, error: SchemaError, named: Span) => {
    const { offset = 0, end = offset } = error
    const [message = '', repair] = error.message.split('; ')
    say({
      message: `schema ${quoted(name)}: ${message}`,
      span: { source, start: offset, end },
      ...(repair !== undefined && { repair }),
      cause: { span: named, label: 'it is named here' },
    })
  },
)
