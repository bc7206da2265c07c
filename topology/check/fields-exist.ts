// A field that a topic, a key or a config names is a field of the record. (Expressions hold to the
// same rule, in expression/names.ts.)
import { fieldOf } from '../../schemas/type.ts'
import type { RecordType } from '../../schemas/type.ts'
import type { Spelt } from '../declaration.ts'
import { listNames } from '../expression/names.ts'
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import { rule } from './rule.ts'

export const fieldsExist = rule(
  'fields-exist',
  'Every field that is named is in its record.',
  /** `carrier` is what has the fields: `stream "ticks"`, `schema market/Trade`. */
  (say, { value, span }: Spelt<string>, record: RecordType, carrier: string) => {
    const field = fieldOf(record, value)
    if (field) return field
    const known = record.fields.map(({ name }) => name)
    say({
      message: `${carrier} has no field ${quoted(value)}`,
      span,
      ...didYouMean(value, known),
      notes: [`${carrier} has: ${listNames(known)}`],
    })
    return undefined
  },
)
