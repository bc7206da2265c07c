// How bodies that one schema wrote are read in ours: as they are, by Avro's schema resolution (as
// schemas/accept.ts judges it), or not at all, with the reason in words.
import { acceptProblem, createProjection } from '../../../schemas/accept.ts'
import { createCodec } from '../../../schemas/codec.ts'
import type { Codec } from '../../../schemas/codec.ts'
import { Cursor } from '../../../schemas/cursor.ts'
import { readSchema } from '../../../schemas/read-schema.ts'
import { isSameBytes } from '../../../schemas/same-bytes.ts'
import { SchemaError } from '../../../schemas/schema-error.ts'
import { fieldSkips } from '../../../schemas/skip.ts'
import type { Skip } from '../../../schemas/skip.ts'
import { fieldOf } from '../../../schemas/type.ts'
import type { WireRecord } from '../../../schemas/wire.ts'
import { parse } from './registry-answers.ts'
import type { StoredSchema } from './registry-answers.ts'

/** Our schema, compiled. */
export interface OwnSchema {
  readonly wire: WireRecord
  readonly codec: Codec
}

export type SchemaReading =
  /** The bytes are those that we would write. */
  | { readonly kind: 'same' }
  /** `read` gives the body in our schema, or throws where the bytes are none of the writer's. */
  | { readonly kind: 'resolved'; readonly read: ReadBody }
  /** `reason` completes "schema 7 cannot be read: ...". */
  | { readonly kind: 'unreadable'; readonly reason: string }

type ReadBody = (bytes: Buffer, start: number, end: number) => Uint8Array

export function ownSchema(schema: unknown): OwnSchema {
  return { wire: readSchema(schema), codec: createCodec(schema) }
}

export function readingOf(writer: StoredSchema, own: OwnSchema): SchemaReading {
  if (writer.type !== 'AVRO') return unreadable(`it is of type ${writer.type}, not Avro`)
  if (writer.references > 0) {
    return unreadable('it refers to other schemas; register it with its types inline')
  }
  const schema = parse(writer.text)
  if (schema === undefined) return unreadable('it is no JSON')
  const wire = orRefusal(() => readSchema(schema))
  if (wire instanceof SchemaError) return withoutOtherFields(schema, own, wire.message)
  return isSameBytes(wire, own.wire) ? { kind: 'same' } : resolved(schema, own)
}

/** Decodes by the writer's schema, projects, and encodes in ours. */
function resolved(schema: unknown, { codec }: OwnSchema): SchemaReading {
  const writer = createCodec(schema)
  const problem = acceptProblem(codec.record, writer.record)
  if (problem !== undefined) return unreadable(problem)
  const project = createProjection(codec.record, writer.record)
  const read: ReadBody = (bytes, start, end) =>
    codec.encode(project(writer.decodeAt(bytes, start, end)))
  return { kind: 'resolved', read }
}

/**
 * Our types cannot hold all that the schema says, for `reason`: where that is in fields that our
 * schema does not have, they are passed over.
 */
function withoutOtherFields(schema: unknown, own: OwnSchema, reason: string): SchemaReading {
  const skips = orRefusal(() => fieldSkips(schema))
  if (skips instanceof SchemaError) return unreadable(reason)
  const { fields, ...rest } = schema as { readonly fields: readonly { readonly name: string }[] }
  const isTaken = fields.map(({ name }) => fieldOf(own.codec.record, name) !== undefined)
  const taken = { ...rest, fields: fields.filter((_, at) => isTaken[at]) }
  const reading = orRefusal(() => resolved(taken, own))
  if (reading instanceof SchemaError) return unreadable(reading.message)
  if (reading.kind !== 'resolved') return reading
  return { kind: 'resolved', read: readParts(skips, isTaken, reading.read) }
}

function orRefusal<T>(work: () => T): T | SchemaError {
  try {
    return work()
  } catch (error) {
    if (error instanceof SchemaError) return error
    throw error
  }
}

/** Puts the bytes of the fields that are taken beside each other, and reads those. */
function readParts(skips: readonly Skip[], isTaken: readonly boolean[], read: ReadBody): ReadBody {
  const cursor = new Cursor()
  let scratch = Buffer.allocUnsafe(1024)
  return (bytes, start, end) => {
    if (scratch.length < end - start) scratch = Buffer.allocUnsafe(2 * (end - start))
    cursor.open(bytes, start, end)
    let length = 0
    for (let field = 0; field < skips.length; field += 1) {
      const at = cursor.at
      skips[field]?.(cursor)
      if (isTaken[field]) length += bytes.copy(scratch, length, at, cursor.at)
    }
    if (cursor.left > 0) throw new Error('trailing data')
    return read(scratch, 0, length)
  }
}

function unreadable(reason: string): SchemaReading {
  return { kind: 'unreadable', reason }
}
