// Avro schemas as types and back. What a schema may say is judged in `read-schema.ts`; this is the
// door to it.
import { SchemaError, refuse } from './schema-error.ts'
import type { SchemaPlace } from './schema-error.ts'
import { locator, parseJson } from './locate.ts'
import { isSimpleName, readSchema } from './read-schema.ts'
import type { Origin, RecordField, RecordType, Type } from './type.ts'

export { SchemaError }

/** The file that a schema comes from: its fields then know where they stand, and so do errors. */
export interface SchemaFile {
  /** Path as the user would write it. */
  readonly path: string
  readonly text: string
}

/**
 * The record that an Avro schema describes. `schema` is the parsed JSON; `file` its text, for
 * places.
 *
 * Logical types: decimal on bytes or fixed; timestamp-millis and -micros are `time`; uuid is a
 * string; `duration-micros` on a long, our own, is `duration`. Unions are of null and one type.
 * Throws a SchemaError that names the field and the repair for what is not valid Avro, not
 * supported (recursive types, other unions, nanoseconds), or not a record.
 *
 * @example
 * avroToType({ type: 'record', name: 'A', fields: [{ name: 'x', type: 'double' }] })
 * // { kind: 'record', name: 'A', fields: [{ name: 'x', type: { kind: 'double' } }] }
 */
export function avroToType(schema: unknown, file?: SchemaFile): RecordType {
  if (!file) return readSchema(schema).type
  const locate = locator(file.text)
  const originOf = (at: SchemaPlace): Origin | undefined => {
    const range = locate(at.place)
    return range && { file: file.path, ...range }
  }
  try {
    return readSchema(schema, originOf).type
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    const range = locate(error.place)
    const { path, place } = error
    throw new SchemaError(error.message, { path, place, offset: range?.start, end: range?.end })
  }
}

/**
 * Reads an .avsc file's text: its JSON and its record. Throws a SchemaError, also when the text is
 * not JSON.
 */
export function parseSchema(file: SchemaFile): {
  readonly schema: unknown
  readonly record: RecordType
} {
  const schema = parseJson(file.text)
  return { schema, record: avroToType(schema, file) }
}

/**
 * The Avro schema, as JSON, of a type; `name` replaces the name of a record. `avroToType` of it
 * gives the type back (but for string literals, which become plain strings). Nulls come first in
 * unions unless a default forbids it. Where inferred records share a name but not their fields,
 * later ones get a number behind it. The type must be determined: `unknown` throws. Nobody changes
 * what it gives: the same type gives the same object.
 */
export function typeToAvro(type: Type, name?: string): unknown {
  if (name !== undefined) return writeWhole(type, name)
  let schema = written.get(type)
  if (schema === undefined) {
    schema = writeWhole(type, name)
    written.set(type, schema)
  }
  return schema
}

/** By type, so that one type has one schema and one codec. */
const written = new WeakMap<Type, unknown>()

function writeWhole(type: Type, name: string | undefined): unknown {
  const renamed = name !== undefined && type.kind === 'record' ? { ...type, name } : type
  return write(renamed, { path: '', place: [] }, new Map(), undefined)
}

/** By full name, the definition's content: a type is defined once and then referred to. */
type Defined = Map<string, string>

function write(type: Type, at: SchemaPlace, defined: Defined, space: string | undefined): unknown {
  switch (type.kind) {
    case 'nullable':
      return ['null', write(type.of, at, defined, space)]
    case 'list':
      return { type: 'array', items: write(type.items, at, defined, space) }
    case 'map':
      return { type: 'map', values: write(type.values, at, defined, space) }
    case 'decimal':
      return { type: 'bytes', logicalType: 'decimal', precision: type.precision, scale: type.scale }
    case 'time':
      return {
        type: 'long',
        logicalType: type.unit === 'ms' ? 'timestamp-millis' : 'timestamp-micros',
      }
    case 'duration':
      return { type: 'long', logicalType: 'duration-micros' }
    case 'fixed':
      return define(type, defined, space, (names) => ({ type: 'fixed', ...names, size: type.size }))
    case 'enum':
      return define(type, defined, space, (names) => ({
        type: 'enum',
        ...names,
        symbols: type.symbols,
      }))
    case 'record':
      return define(type, defined, space, (names, inner) => ({
        type: 'record',
        ...names,
        fields: type.fields.map((field) => writeField(field, at, defined, inner)),
      }))
    case 'unknown':
      return refuse(at, 'its type is not known, so it has no Avro schema')
    default:
      return type.kind
  }
}

function writeField(
  field: RecordField,
  at: SchemaPlace,
  defined: Defined,
  space: string | undefined,
): unknown {
  const here = { ...at, path: at.path === '' ? field.name : `${at.path}.${field.name}` }
  if (!isSimpleName(field.name)) {
    return refuse(here, 'Avro takes letters, digits and _ in names only; rename it')
  }
  const written = write(field.type, here, defined, space)
  const hasDefault = field.default !== undefined
  const isNullLast = Array.isArray(written) && hasDefault && field.default !== null
  return {
    name: field.name,
    type: isNullLast ? [...(written as unknown[])].reverse() : written,
    ...(field.doc !== undefined && { doc: field.doc }),
    ...(hasDefault && { default: field.default }),
  }
}

function define(
  type: Type & { readonly name: string },
  defined: Defined,
  space: string | undefined,
  build: (names: object, space: string | undefined) => unknown,
): unknown {
  const content = JSON.stringify(type, (key, value: unknown) =>
    key === 'origin' || key === 'doc' ? undefined : value,
  )
  const wanted = type.name.replace(/[^A-Za-z0-9_.]/g, '_')
  let full = wanted
  for (let number = 2; defined.has(full) && defined.get(full) !== content; number += 1) {
    full = `${wanted}_${number}`
  }
  if (defined.has(full)) return full
  defined.set(full, content)
  const dot = full.lastIndexOf('.')
  const own = dot < 0 ? undefined : full.slice(0, dot)
  const names = {
    name: full.slice(dot + 1),
    ...(own !== space && { namespace: own ?? '' }),
  }
  return build(names, own)
}
