// Values to Avro bytes and back. The bytes are canonical: equal values give equal bytes,
// which is what a topic's digest rests on (fields in the schema's order, a list in one block, a
// map's names sorted, decimals in the fewest bytes).
import { Buffer } from 'node:buffer'
import { Cursor, fail } from './cursor.ts'
import { valueProblem } from './problem.ts'
import type { ValueProblem } from './problem.ts'
import { readSchema } from './read-schema.ts'
import type { RecordType, Value } from './type.ts'
import { recordCodec } from './wire-codec.ts'

/** A value that does not fit its schema, or bytes that are not one record of it. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
  /** The field at fault, such as `bids[3].price`; empty where it is not known, as for bytes. */
  readonly path: string

  constructor(problem: ValueProblem, cause?: unknown) {
    super(problem.message, cause === undefined ? undefined : { cause })
    this.path = problem.path
  }
}

export interface Codec {
  readonly record: RecordType
  /**
   * The value's bytes, in memory of their own. Every field must be there: defaults are for readers.
   * Fields that the schema does not have are left out. Throws a CodecError.
   */
  readonly encode: (value: Value) => Uint8Array
  /**
   * Writes the value at `offset` and returns where it ends, or a negative number when the buffer is
   * too short by so many bytes. What stands behind the end may have been written over. Throws a
   * CodecError.
   */
  readonly encodeInto: (value: Value, buffer: Buffer, offset: number) => number
  /**
   * A plain object with its fields in the schema's order. Throws a CodecError unless the bytes are
   * one whole record.
   */
  readonly decode: (bytes: Uint8Array) => Value
  /** `decode` of the bytes from `start` to `end`, in place: a record among others in a buffer. */
  readonly decodeAt: (buffer: Buffer, start: number, end: number) => Value
  /**
   * Why the value cannot be encoded: names the first field that does not fit, never prints a value.
   */
  readonly problem: (value: unknown) => string | undefined
}

/** Compiling takes as long as a thousand records do, so each schema is compiled once. */
const compiled = new WeakMap<object, Codec>()

/**
 * The codec of an Avro schema given as JSON, which nobody changes from then on: whoever brings the
 * same object gets the same codec. Throws a SchemaError, as `avroToType` does.
 *
 * @example
 * const codec = createCodec({ type: 'record', name: 'A', fields: [{ name: 'x', type: 'double' }] })
 * codec.decode(codec.encode({ x: 1.5 })) // { x: 1.5 }
 */
export function createCodec(avroSchema: unknown): Codec {
  if (typeof avroSchema !== 'object' || avroSchema === null) return compile(avroSchema)
  let codec = compiled.get(avroSchema)
  if (codec === undefined) {
    codec = compile(avroSchema)
    compiled.set(avroSchema, codec)
  }
  return codec
}

function compile(avroSchema: unknown): Codec {
  const wire = readSchema(avroSchema)
  const record = wire.type
  const { read, write } = recordCodec(wire)
  const cursor = new Cursor()
  let scratch = Buffer.allocUnsafeSlow(1024)

  const encodeInto = (value: Value, buffer: Buffer, offset: number): number => {
    try {
      return write(value, buffer, offset)
    } catch (error) {
      throw encodeError(record, value, error)
    }
  }
  const decodeAt = (buffer: Buffer, start: number, end: number): Value => {
    cursor.open(buffer, start, end)
    try {
      const value = read(cursor)
      if (cursor.left > 0) fail('trailing data')
      return value
    } catch (error) {
      throw decodeError(record, error)
    }
  }
  return {
    record,
    encodeInto,
    decodeAt,
    encode: (value) => {
      let end = encodeInto(value, scratch, 0)
      while (end < 0) {
        scratch = Buffer.allocUnsafeSlow((scratch.length - end) * 2)
        end = encodeInto(value, scratch, 0)
      }
      const bytes = Buffer.allocUnsafe(end)
      scratch.copy(bytes, 0, 0, end)
      return bytes
    },
    // Bytes that come alone are copied to where the cursor has been before, which is quicker.
    decode: (bytes) => {
      if (bytes.length > scratch.length) return decodeAt(asBuffer(bytes), 0, bytes.length)
      scratch.set(bytes)
      return decodeAt(scratch, 0, bytes.length)
    },
    problem: (value) => valueProblem(record, value)?.message,
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function encodeError(record: RecordType, value: unknown, cause: unknown): CodecError {
  const problem = valueProblem(record, value)
  if (problem) return new CodecError(problem)
  // The two must agree on what fits; avsc's own words could print the value, so they stay in the
  // cause.
  return new CodecError({ path: '', message: `the record does not fit ${record.name}` }, cause)
}

function decodeError(record: RecordType, cause: unknown): CodecError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodecError({ path: '', message: `bytes are not one ${record.name}: ${reason}` }, cause)
}
