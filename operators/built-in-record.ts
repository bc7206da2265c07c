// The records that trading steps give out are those of the built-in schemas, field for field.
import { builtInSchemas } from '../schemas/built-in.ts'
import { createCodec } from '../schemas/codec.ts'
import type { RecordType } from '../schemas/type.ts'

/** The type of a built-in schema: `builtInRecord('trading/Fill')`. */
export function builtInRecord(name: string): RecordType {
  const schema = builtInSchemas.get(name)
  if (schema === undefined) throw new Error(`there is no built-in schema ${name}`)
  return createCodec(JSON.parse(schema.text)).record
}
