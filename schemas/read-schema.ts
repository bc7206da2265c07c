// Reads an Avro schema's JSON into types: the only judge of whether a schema is valid and whether
// we support it. Every refusal is a SchemaError that names the field and the repair. Aliases are
// checked, but rename nothing.
import { DefaultError, defaultValue } from './default.ts'
import { readLogicalType } from './logical-type.ts'
import { into, intoField, refuse } from './schema-error.ts'
import type { SchemaPlace } from './schema-error.ts'
import type { Origin, RecordField, Type } from './type.ts'
import { leastBytes } from './wire.ts'
import type { Wire, WireRecord } from './wire.ts'

type Json = Readonly<Record<string, unknown>>

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const deepest = 64

interface Reading {
  /** By full name: what is defined so far; `open` while its own fields are being read. */
  readonly named: Map<string, Wire | 'open'>
  readonly originOf: (place: SchemaPlace) => Origin | undefined
}

/** Reads a whole schema, which must be a record. Throws a SchemaError. */
export function readSchema(
  json: unknown,
  originOf: (place: SchemaPlace) => Origin | undefined = () => undefined,
): WireRecord {
  const root: SchemaPlace = { path: '', place: [] }
  const wire = read(json, undefined, root, { named: new Map(), originOf })
  if (wire.kind === 'record') return wire
  return refuse(
    root,
    'a schema must be a record at its top; wrap its type in a record with a field',
  )
}

function read(json: unknown, space: string | undefined, at: SchemaPlace, reading: Reading): Wire {
  if (at.place.length > deepest * 2) {
    return refuse(at, `types are nested more than ${deepest} deep; name the inner ones and flatten`)
  }
  if (typeof json === 'string') return readName(json, space, at, reading)
  if (Array.isArray(json)) return readUnion(json, space, at, reading)
  if (!isMap(json)) return refuse(at, 'a type must be a name, a list or a map; correct it')
  const type = json['type']
  switch (type) {
    case 'record':
      return readRecord(json, space, at, reading)
    case 'enum':
      return define(json, space, at, reading, (name) => readEnum(json, name, at))
    case 'fixed':
      return define(json, space, at, reading, (name) => readFixed(json, name, at))
    case 'array':
      return readItems(json, 'items', 'list', space, at, reading)
    case 'map':
      return readItems(json, 'values', 'map', space, at, reading)
    case undefined:
      return refuse(at, 'a type is missing its "type"; add it')
    default: {
      const logical = isPrimitive(type) ? readLogicalType(json, type, undefined, at) : undefined
      return logical ?? read(type, space, into(at, ['type']), reading)
    }
  }
}

function readName(
  name: string,
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
): Wire {
  if (isPrimitive(name)) return { kind: 'plain', type: { kind: name } }
  const full = name.includes('.') || space === undefined ? name : `${space}.${name}`
  const found = reading.named.get(full) ?? reading.named.get(name)
  if (found === 'open') {
    return refuse(at, `"${full}" contains itself, which is not supported; refer to it by a key`)
  }
  return (
    found ?? refuse(at, `type "${name}" is not defined; correct it, or define it before its use`)
  )
}

function readUnion(
  branches: readonly unknown[],
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
): Wire {
  const nullIndex = branches.indexOf('null')
  if (branches.length !== 2 || nullIndex < 0 || branches[0] === branches[1]) {
    return refuse(
      at,
      'a union of more than null and one type is not supported; make it ["null", TYPE] or split it',
    )
  }
  const other = nullIndex === 0 ? 1 : 0
  const of = read(branches[other], space, into(at, [other]), reading)
  if (of.kind === 'nullable') return refuse(at, 'a union stands inside a union; make it one')
  const type: Type = { kind: 'nullable', of: of.type }
  return { kind: 'nullable', type, nullIndex: nullIndex === 0 ? 0 : 1, of }
}

function readItems(
  json: Json,
  property: 'items' | 'values',
  kind: 'list' | 'map',
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
): Wire {
  if (json[property] === undefined) {
    return refuse(at, `the ${String(json['type'])} has no "${property}"; add the type it holds`)
  }
  const inner = into(at, [property], kind === 'list' ? '[]' : '{}')
  const of = read(json[property], space, inner, reading)
  // Values without bytes would let a few bytes claim any length.
  if (leastBytes(of) === 0) {
    return refuse(
      inner,
      'a list or map of values that take no bytes is not supported; give it content',
    )
  }
  const type: Type = kind === 'list' ? { kind, items: of.type } : { kind: 'map', values: of.type }
  return { kind, type, of }
}

function readEnum(json: Json, name: string, at: SchemaPlace): Wire {
  const symbols = json['symbols']
  if (!isTexts(symbols) || symbols.length === 0) {
    return refuse(at, 'an enum needs "symbols", a list of names; add them')
  }
  const wrong = symbols.find((symbol) => !isSimpleName(symbol))
  if (wrong !== undefined) {
    return refuse(at, `enum symbol "${wrong}" is not a name; use letters, digits and _ only`)
  }
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined) return refuse(at, `enum symbol "${twice}" is there twice; remove one`)
  const preset = json['default']
  if (preset !== undefined && !symbols.includes(preset as string)) {
    return refuse(
      at,
      `the enum's default is not one of its symbols; use one of ${symbols.join(', ')}`,
    )
  }
  return { kind: 'plain', type: { kind: 'enum', name, symbols: [...symbols] } }
}

function readFixed(json: Json, name: string, at: SchemaPlace): Wire {
  const size = json['size']
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) {
    return refuse(at, 'a fixed needs a "size", a whole number of bytes from 1 on; add it')
  }
  const plain: Wire = { kind: 'plain', type: { kind: 'fixed', name, size } }
  return readLogicalType(json, 'fixed', size, at) ?? plain
}

function readRecord(
  json: Json,
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
): WireRecord {
  return define(json, space, at, reading, (name, inner) => {
    const fields = json['fields']
    if (!Array.isArray(fields)) {
      return refuse(at, `record "${name}" has no "fields"; add a list of them`)
    }
    const seen = new Set<string>()
    const wires: Wire[] = []
    const types = fields.map((field: unknown, index): RecordField => {
      const fieldName = readFieldName(field, index, at, seen)
      const { type, wire } = readField(
        field as Json,
        fieldName,
        inner,
        intoField(at, index, fieldName),
        reading,
      )
      wires.push(wire)
      return type
    })
    return { kind: 'record', type: { kind: 'record', name, fields: types }, fields: wires }
  })
}

function readFieldName(field: unknown, index: number, at: SchemaPlace, seen: Set<string>): string {
  const here = into(at, ['fields', index])
  if (!isMap(field)) return refuse(here, 'a field must be a map with a name and a type; correct it')
  const name = field['name']
  // An object cannot have `__proto__` as a field like any other.
  if (typeof name !== 'string' || !isSimpleName(name) || name === '__proto__') {
    return refuse(
      into(here, ['name']),
      `${JSON.stringify(name ?? null)} is not a field name; use letters, digits and _ only`,
    )
  }
  if (seen.has(name)) {
    return refuse(intoField(at, index, name), `it is declared twice; rename or remove one of them`)
  }
  seen.add(name)
  return name
}

function readField(
  json: Json,
  name: string,
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
): { readonly type: RecordField; readonly wire: Wire } {
  if (json['type'] === undefined) return refuse(at, 'it has no type; add one')
  const order = json['order']
  if (order !== undefined && !['ascending', 'descending', 'ignore'].includes(order as string)) {
    return refuse(at, 'its "order" must be ascending, descending or ignore; correct it')
  }
  checkAliases(json, at)
  const wire = read(json['type'], space, into(at, ['type']), reading)
  const doc = json['doc']
  const preset = json['default']
  if (preset !== undefined) checkDefault(wire, preset, into(at, ['default']))
  const origin = reading.originOf(into(at, ['name']))
  const type: RecordField = {
    name,
    type: wire.type,
    ...(typeof doc === 'string' && { doc }),
    ...(preset !== undefined && { default: preset }),
    ...(origin && { origin }),
  }
  return { type, wire }
}

function checkDefault(wire: Wire, json: unknown, at: SchemaPlace): void {
  if (wire.kind === 'nullable' && (json === null) !== (wire.nullIndex === 0)) {
    const repair = json === null ? 'put "null" first' : 'put "null" last'
    refuse(at, `its default must be of the union's first type; ${repair}`)
  }
  try {
    defaultValue(wire.type, json)
  } catch (error) {
    if (!(error instanceof DefaultError)) throw error
    refuse(at, `its default ${error.message}; correct or remove it`)
  }
}

/**
 * Gives a definition its full name and enters it. `build` gets the name and the namespace that
 * holds inside.
 */
function define<W extends Wire>(
  json: Json,
  space: string | undefined,
  at: SchemaPlace,
  reading: Reading,
  build: (name: string, space: string | undefined) => W,
): W {
  const name = json['name']
  if (typeof name !== 'string' || !isFullName(name)) {
    return refuse(
      at,
      `the ${String(json['type'])} needs a name of letters, digits and _; correct it`,
    )
  }
  const own = json['namespace']
  if (own !== undefined && own !== '' && (typeof own !== 'string' || !isFullName(own))) {
    return refuse(at, `the namespace of "${name}" is not a dotted name; correct it`)
  }
  checkAliases(json, at)
  const given = own === undefined ? space : own === '' ? undefined : own
  const full = name.includes('.') || given === undefined ? name : `${given}.${name}`
  if (isPrimitive(full)) return refuse(at, `"${full}" is a type of Avro's own; choose another name`)
  if (reading.named.has(full)) {
    return refuse(at, `"${full}" is defined twice; refer to the first by its name, or rename one`)
  }
  reading.named.set(full, 'open')
  const dot = full.lastIndexOf('.')
  const wire = build(full, dot < 0 ? undefined : full.slice(0, dot))
  reading.named.set(full, wire)
  return wire
}

function checkAliases(json: Json, at: SchemaPlace): void {
  const aliases = json['aliases']
  if (aliases !== undefined && !(isTexts(aliases) && aliases.every(isFullName))) {
    refuse(at, 'its aliases must be a list of names; correct or remove them')
  }
}

function isMap(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function isTexts(json: unknown): json is readonly string[] {
  return Array.isArray(json) && json.every((each) => typeof each === 'string')
}

function isPrimitive(name: unknown): name is (typeof primitives)[number] {
  return primitives.includes(name as (typeof primitives)[number])
}

/** Whether Avro takes it for a name: letters, digits and _, no digit first. */
export function isSimpleName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}

function isFullName(name: string): boolean {
  return name.split('.').every(isSimpleName)
}
