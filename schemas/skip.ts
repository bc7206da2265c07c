// Passes over values of any Avro schema, also of those whose values we cannot hold (unions of
// several types, types that contain themselves, days), so that a record of somebody else can be
// read without the fields that nobody asked for.
import { type Cursor, fail } from './cursor.ts'
import { SchemaError } from './schema-error.ts'

/** Moves the cursor behind a value. Throws where the bytes are none. */
export type Skip = (cursor: Cursor) => void

type Json = Readonly<Record<string, unknown>>

/** `isEmpty`: its values take no bytes, so a length of them says nothing. */
interface Skipping {
  skip: Skip
  isEmpty: boolean
}

interface Reading {
  /** By full name: definitions of the schema so far, for types that are named again. */
  readonly named: Map<string, Skipping>
  depth: number
}

const DEEPEST = 64

/** One for each field of the record, in its order. Throws a SchemaError unless it is a record. */
export function fieldSkips(schema: unknown): readonly Skip[] {
  if (!isMap(schema) || schema['type'] !== 'record') throw invalid('it is no record')
  return record(schema, undefined, { named: new Map(), depth: 0 }).fields.map(({ skip }) => skip)
}

function skipping(json: unknown, space: string | undefined, reading: Reading): Skipping {
  reading.depth += 1
  if (reading.depth > DEEPEST * 2) throw invalid(`types are nested more than ${DEEPEST} deep`)
  const own = read(json, space, reading)
  reading.depth -= 1
  return own
}

function read(json: unknown, space: string | undefined, reading: Reading): Skipping {
  if (typeof json === 'string') return primitives.get(json) ?? findNamed(json, space, reading)
  if (Array.isArray(json)) return union(json.map((branch) => skipping(branch, space, reading)))
  if (!isMap(json)) throw invalid('a type is neither name, list nor map')
  switch (json['type']) {
    case 'record':
    case 'error':
      return record(json, space, reading).own
    case 'enum':
      return define(json, space, reading, { ...long })
    case 'fixed':
      return fixed(json, space, reading)
    case 'array':
      return blocks(skipping(json['items'], space, reading))
    case 'map':
      return blocks(pair(bytes, skipping(json['values'], space, reading)))
    default:
      return skipping(json['type'], space, reading)
  }
}

const nothing: Skipping = { skip: () => undefined, isEmpty: true }
const long: Skipping = { skip: (cursor) => void cursor.readLong(), isEmpty: false }
const bytes: Skipping = { skip: (cursor) => void cursor.take(cursor.readLong()), isEmpty: false }

const primitives: ReadonlyMap<string, Skipping> = new Map([
  ['null', nothing],
  ['boolean', taking(1)],
  ['int', long],
  ['long', long],
  ['float', taking(4)],
  ['double', taking(8)],
  ['bytes', bytes],
  ['string', bytes],
])

function taking(size: number): Skipping {
  return { skip: (cursor) => void cursor.take(size), isEmpty: size === 0 }
}

function pair(first: Skipping, second: Skipping): Skipping {
  return {
    skip: (cursor) => {
      first.skip(cursor)
      second.skip(cursor)
    },
    isEmpty: first.isEmpty && second.isEmpty,
  }
}

function union(branches: readonly Skipping[]): Skipping {
  const skip = (cursor: Cursor) => {
    const branch = branches[cursor.readLong()] ?? fail('a union has an index without a type')
    branch.skip(cursor)
  }
  return { skip, isEmpty: false }
}

/** A negative count is followed by the block's size in bytes, which is then believed. */
function blocks(item: Skipping): Skipping {
  const skip = (cursor: Cursor) => {
    for (let count = cursor.readLong(); count !== 0; count = cursor.readLong()) {
      if (count < 0) cursor.take(cursor.readLong())
      else if (!item.isEmpty) for (; count > 0; count -= 1) item.skip(cursor)
    }
  }
  return { skip, isEmpty: false }
}

function record(
  json: Json,
  space: string | undefined,
  reading: Reading,
): { readonly own: Skipping; readonly fields: readonly Skipping[] } {
  let fields: readonly Skipping[] = []
  let depth = 0
  const skip = (cursor: Cursor) => {
    if (depth > DEEPEST) fail(`records are nested more than ${DEEPEST} deep`)
    depth += 1
    try {
      for (const field of fields) field.skip(cursor)
    } finally {
      depth -= 1
    }
  }
  // A type that contains itself meets itself here, before its fields are known.
  const own = define(json, space, reading, { skip, isEmpty: false })
  fields = fieldsOf(json, spaceOf(json, space), reading)
  own.isEmpty = fields.every(({ isEmpty }) => isEmpty)
  return { own, fields }
}

function fieldsOf(json: Json, space: string | undefined, reading: Reading): readonly Skipping[] {
  const fields = json['fields']
  if (!Array.isArray(fields)) throw invalid('a record has no fields')
  return fields.map((field) => {
    if (!isMap(field)) throw invalid('a field is no map')
    return skipping(field['type'], space, reading)
  })
}

function fixed(json: Json, space: string | undefined, reading: Reading): Skipping {
  const size = json['size']
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) {
    throw invalid('a fixed has no size')
  }
  return define(json, space, reading, taking(size))
}

function define(
  json: Json,
  space: string | undefined,
  { named }: Reading,
  own: Skipping,
): Skipping {
  named.set(fullName(String(json['name']), spaceOf(json, space)), own)
  return own
}

function findNamed(name: string, space: string | undefined, { named }: Reading): Skipping {
  const found = named.get(fullName(name, space)) ?? named.get(name)
  if (!found) throw invalid(`type "${name}" is not defined`)
  return found
}

function fullName(name: string, space: string | undefined): string {
  return name.includes('.') || space === undefined || space === '' ? name : `${space}.${name}`
}

/** The namespace that holds inside a definition. */
function spaceOf({ name, namespace }: Json, outer: string | undefined): string | undefined {
  if (typeof name === 'string' && name.includes('.')) return name.slice(0, name.lastIndexOf('.'))
  return typeof namespace === 'string' ? namespace : outer
}

function isMap(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function invalid(sentence: string): SchemaError {
  return new SchemaError(sentence, { path: '', place: [] })
}
