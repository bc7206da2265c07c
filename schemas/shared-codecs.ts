// Codecs made once per schema. Compiling one costs as much as thousands of records, and a slot that
// opens again needs dozens.
import { typeToAvro } from './avro.ts'
import { type Codec, createCodec } from './codec.ts'
import type { RecordType } from './type.ts'

const byRecord = new WeakMap<RecordType, Codec>()
const bySchema = new WeakMap<object, Codec>()

/** The codec of a record under the Avro schema that `typeToAvro` gives it. */
export function codecOfRecord(record: RecordType): Codec {
  let codec = byRecord.get(record)
  if (codec === undefined) {
    codec = createCodec(typeToAvro(record))
    byRecord.set(record, codec)
  }
  return codec
}

/** The codec of an Avro schema as JSON, known again by being the same object. */
export function codecOfSchema(schema: unknown): Codec {
  if (typeof schema !== 'object' || schema === null) return createCodec(schema)
  let codec = bySchema.get(schema)
  if (codec === undefined) {
    codec = createCodec(schema)
    bySchema.set(schema, codec)
  }
  return codec
}
