// What avsc is built from for each kind of type: its own types where they are right, ours of
// scalar-codec.ts and the lists and maps here elsewhere: avsc trusts any length that bytes claim.
// Reading goes over our own cursor, writing over avsc's tap.
import avro from 'avsc'
import type { Type as AvscType } from 'avsc'
import { type Cursor, fail } from './cursor.ts'
import {
  bytes,
  decimal,
  enumeration,
  fixed,
  int,
  long,
  millis,
  string,
  writeText,
} from './scalar-codec.ts'
import type { ReadWrite } from './scalar-codec.ts'
import type { Type, Value } from './type.ts'
import { leastBytes } from './wire.ts'
import type { Wire, WireRecord } from './wire.ts'

/** Reads and writes records of one schema, as plain objects. */
export interface RecordCodec {
  /** The record at the cursor. Throws where the bytes are none. */
  readonly read: (cursor: Cursor) => Value
  /** As avsc's `encode`: where the record ends, or minus the bytes that the buffer lacks. */
  readonly write: (value: Value, buffer: Buffer, offset: number) => number
}

export function recordCodec(wire: WireRecord): RecordCodec {
  const type = build(wire, new Map())
  const { _read: read } = type as unknown as { _read: (cursor: Cursor) => Value }
  return { read, write: (value, buffer, offset) => type.encode(value, buffer, offset) }
}

function build(wire: Wire, built: Map<Wire, AvscType>): AvscType {
  const known = built.get(wire)
  if (known) return known
  const type = make(wire, built)
  built.set(wire, type)
  return type
}

function make(wire: Wire, built: Map<Wire, AvscType>): AvscType {
  switch (wire.kind) {
    case 'record':
      return recordType(wire, built)
    case 'nullable':
      return custom(nullable(wire.nullIndex, inner(wire.of, built)))
    case 'list':
      return custom(list(inner(wire.of, built), leastBytes(wire.of)))
    case 'map':
      return custom(map(inner(wire.of, built), leastBytes(wire.of)))
    case 'decimal':
      return custom(decimal(wire.type, wire.size))
    case 'plain':
      return plainType(wire.type)
  }
}

function inner(wire: Wire, built: Map<Wire, AvscType>): ReadWrite {
  return build(wire, built) as unknown as ReadWrite
}

/**
 * A field can be of these alone: avsc asks a type for nothing but `_read` and `_write` while it
 * codes.
 */
function custom(methods: ReadWrite): AvscType {
  const type = new avro.types.LogicalType({ type: 'null' })
  return Object.assign(type, methods)
}

function recordType(wire: WireRecord, built: Map<Wire, AvscType>): AvscType {
  const fields = wire.type.fields.map((field, index) => {
    const own = wire.fields[index]
    if (!own) throw new Error('a record has as many wires as fields')
    return { name: field.name, type: build(own, built) }
  })
  const type = avro.Type.forSchema(
    { type: 'record', name: wire.type.name, fields },
    { omitRecordMethods: true },
  )
  // avsc makes records with a constructor of their own, the fastest way; sharing Object's prototype
  // makes them plain.
  const { recordConstructor } = type as unknown as { recordConstructor: { prototype: object } }
  recordConstructor.prototype = Object.prototype
  return type
}

function plainType(type: Type): AvscType {
  switch (type.kind) {
    case 'int':
      return custom(int)
    case 'time':
      return custom(type.unit === 'ms' ? millis : long)
    case 'long':
    case 'duration':
      return custom(long)
    case 'string':
      return custom(string())
    case 'enum':
      return custom(enumeration(type.symbols))
    case 'bytes':
      return custom(bytes)
    case 'fixed':
      return custom(fixed(type.size))
    case 'null':
    case 'boolean':
    case 'float':
    case 'double':
      return avro.Type.forSchema(type.kind)
    default:
      throw new Error(`${type.kind} has no bytes`)
  }
}

function nullable(nullIndex: 0 | 1, of: ReadWrite): ReadWrite {
  const valueIndex = 1 - nullIndex
  return {
    _read: (cursor) => {
      const index = cursor.readLong()
      if (index === nullIndex) return null
      return index === valueIndex ? of._read(cursor) : fail('a union has an index without a type')
    },
    _write: (tap, value) => {
      if (value === null) {
        tap.writeLong(nullIndex)
      } else {
        tap.writeLong(valueIndex)
        of._write(tap, value)
      }
    },
  }
}

function list(of: ReadWrite, least: number): ReadWrite {
  return {
    _read: (cursor) => {
      let count = readCount(cursor, least)
      // The first block, mostly the only one, makes the array in its size.
      const items: unknown[] = new Array(count)
      for (let index = 0; count > 0; count = readCount(cursor, least)) {
        for (const end = index + count; index < end; index += 1) items[index] = of._read(cursor)
      }
      return items
    },
    _write: (tap, value) => {
      if (!Array.isArray(value)) fail('not a list')
      const items = value as unknown[]
      if (items.length > 0) tap.writeLong(items.length)
      for (const item of items) of._write(tap, item)
      tap.writeLong(0)
    },
  }
}

function map(of: ReadWrite, least: number): ReadWrite {
  const names = string()
  const leastEntry = least + 1
  return {
    _read: (cursor) => {
      const value: Record<string, unknown> = {}
      let count = readCount(cursor, leastEntry)
      for (; count > 0; count = readCount(cursor, leastEntry)) {
        for (let each = 0; each < count; each += 1) {
          const name = names._read(cursor) as string
          if (name === '__proto__') fail('a map has the name __proto__')
          value[name] = of._read(cursor)
        }
      }
      return value
    },
    _write: (tap, value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('not a map')
      const entries = value as Readonly<Record<string, unknown>>
      // The order in which names were added is no part of a map's meaning, so it must not reach the
      // digest.
      const names = Object.keys(entries).sort()
      if (names.length > 0) tap.writeLong(names.length)
      for (const name of names) {
        if (name === '__proto__') fail('a map has the name __proto__')
        writeText(tap, name)
        of._write(tap, entries[name])
      }
      tap.writeLong(0)
    },
  }
}

/**
 * The number of items in the next block. Refuses more than the bytes left can hold, before anything
 * is allocated.
 */
function readCount(cursor: Cursor, least: number): number {
  let count = cursor.readLong()
  if (count < 0) {
    count = -count
    cursor.readLong()
  }
  if (count * least > cursor.left) fail('truncated buffer')
  return count
}
