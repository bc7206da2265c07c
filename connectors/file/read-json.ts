// Compiles, from a type, the reading of its values out of parsed JSON. Strict: a string is no
// number, a fraction no integer; only decimals and times may be written either way.
import { Buffer } from 'node:buffer'
import { fieldDefault } from '../../schemas/default.ts'
import { describeType } from '../../schemas/type.ts'
import type { RecordType, Type, Value } from '../../schemas/type.ts'
import { parseDuration } from '../../topology/duration.ts'
import { checkDouble, checkFloat, checkInt, checkInteger, readDecimal } from './decimal-text.ts'
import { LongNumber } from './json-text.ts'
import { Misfit } from './misfit.ts'
import { TIME_FORMS, parseTime } from './times.ts'

/** Gives the run-time value, or a Misfit. */
export type JsonReader = (json: unknown) => unknown

/** Counts what the schema does not know, by path: `extra`, `book.extra`. */
export type Ignored = Map<string, number>

const NOT_TIME = new Misfit(`is not ${TIME_FORMS}`)
const MISSING = new Misfit('is missing and has no default')
const NOT_BASE64 = new Misfit('is not base64')

/** The reader of a type's values. `path` leads the names of ignored fields. */
export function jsonReader(type: Type, ignored: Ignored, path = ''): JsonReader {
  const misfit = new Misfit(`is not ${describeType(type)}`)
  switch (type.kind) {
    case 'nullable': {
      const of = jsonReader(type.of, ignored, path)
      return (json) => (json === null ? null : of(json))
    }
    case 'null':
      return (json) => (json === null ? null : misfit)
    case 'boolean':
      return (json) => (typeof json === 'boolean' ? json : misfit)
    case 'int':
      return numbers((value) => checkInt(checkInteger(value)), misfit)
    case 'long':
      return numbers(checkInteger, misfit)
    case 'float':
      return numbers(checkFloat, misfit)
    case 'double':
      return numbers(checkDouble, misfit)
    case 'string':
      return (json) => (typeof json === 'string' && json.isWellFormed() ? json : misfit)
    case 'enum': {
      const symbols = new Set<unknown>(type.symbols)
      const unknown = new Misfit(`is none of ${type.symbols.join(', ')}`)
      return (json) => (symbols.has(json) ? json : unknown)
    }
    case 'time':
      return (json) => readTime(type.unit, textOrNumber(json))
    case 'duration':
      return (json) => readDuration(json, misfit)
    case 'decimal':
      return (json) => {
        const text = textOrNumber(json)
        return text === undefined ? misfit : readDecimal(String(text), type)
      }
    case 'bytes':
      return (json) => readBase64(json)
    case 'fixed':
      return (json) => {
        const bytes = readBase64(json)
        return bytes instanceof Misfit || bytes.length === type.size ? bytes : misfit
      }
    case 'list':
      return listReader(jsonReader(type.items, ignored, `${path}[]`), misfit)
    case 'map':
      return mapReader(jsonReader(type.values, ignored, `${path}{}`), misfit)
    case 'record':
      return recordReader(type, ignored, path)
    case 'unknown':
      throw new Error('a topic has no field of unknown type')
  }
}

/** A time in its field's unit: milliseconds are cut, as the codec has no room for more. */
export function readTime(unit: 'ms' | 'us', given: string | number | undefined): number | Misfit {
  const micros = given === undefined ? undefined : parseTime(given)
  if (micros === undefined) return NOT_TIME
  return unit === 'us' ? micros : Math.floor(micros / 1000) * 1000
}

function readBase64(json: unknown): Uint8Array | Misfit {
  if (typeof json !== 'string') return NOT_BASE64
  const bytes = Buffer.from(json, 'base64')
  return bytes.toString('base64') === json ? bytes : NOT_BASE64
}

/** Integer microseconds, or as the language writes durations: `1.5s`. */
function readDuration(json: unknown, misfit: Misfit): number | Misfit {
  if (typeof json === 'number') return checkInteger(json)
  if (json instanceof LongNumber) return checkInteger(json.value)
  const reading = typeof json === 'string' ? parseDuration(json) : undefined
  return reading && 'micros' in reading ? reading.micros : misfit
}

/** Text of a number that may have more digits than a double. */
export function textOrNumber(json: unknown): string | number | undefined {
  if (json instanceof LongNumber) return json.digits
  return typeof json === 'string' || typeof json === 'number' ? json : undefined
}

function numbers(check: (value: number) => number | Misfit, misfit: Misfit): JsonReader {
  return (json) => {
    if (typeof json === 'number') return check(json)
    return json instanceof LongNumber ? check(json.value) : misfit
  }
}

function listReader(of: JsonReader, misfit: Misfit): JsonReader {
  return (json) => {
    if (!Array.isArray(json)) return misfit
    const items: unknown[] = []
    for (const each of json as unknown[]) {
      const item = of(each)
      if (item instanceof Misfit) return item.within(`[${items.length}]`)
      items.push(item)
    }
    return items
  }
}

function mapReader(of: JsonReader, misfit: Misfit): JsonReader {
  return (json) => {
    if (!isObject(json)) return misfit
    const entries: Record<string, unknown> = {}
    for (const name of Object.keys(json)) {
      // The codec refuses these names.
      if (name === '__proto__' || !name.isWellFormed()) return misfit
      const value = of(json[name])
      if (value instanceof Misfit) return value.within(`{${name}}`)
      entries[name] = value
    }
    return entries
  }
}

function recordReader(type: RecordType, ignored: Ignored, path: string): JsonReader {
  const misfit = new Misfit(`is not an object with the fields of ${type.name}`)
  const lead = path === '' ? '' : `${path}.`
  const names = new Set(type.fields.map((field) => field.name))
  const fields = type.fields.map((field) => ({
    name: field.name,
    read: jsonReader(field.type, ignored, lead + field.name),
    missing: fieldDefault(field) ?? (field.default === null ? null : MISSING),
  }))
  return (json) => {
    if (!isObject(json)) return misfit
    const value: Value = {}
    let known = 0
    for (const { name, read, missing } of fields) {
      const has = Object.hasOwn(json, name)
      if (has) known += 1
      const own = has ? read(json[name]) : missing
      if (own instanceof Misfit) return own.within(`.${name}`)
      value[name] = own
    }
    const given = Object.keys(json)
    if (given.length > known) countUnknown(given, names, lead, ignored)
    return value
  }
}

function countUnknown(
  given: readonly string[],
  names: ReadonlySet<string>,
  lead: string,
  ignored: Ignored,
): void {
  for (const name of given) {
    if (names.has(name)) continue
    const path = lead + name
    const count = ignored.get(path)
    // Keys that are data rather than names must not fill the memory.
    if (count !== undefined || ignored.size < 1000) ignored.set(path, (count ?? 0) + 1)
  }
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof LongNumber)
  )
}
