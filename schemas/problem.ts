// Why a value does not fit its type, in words for the record's fate: names the field, what it
// should be and what JavaScript type it is, never the value itself. The slow path: the codec asks
// only after it has failed.
import { Decimal, decimalProblem } from './decimal.ts'
import { describeType } from './type.ts'
import type { RecordType, Type } from './type.ts'

/** A field that does not fit, and the sentence that says so. */
export interface ValueProblem {
  /** Such as `bids[3].price`; empty for the record itself. */
  readonly path: string
  readonly message: string
}

/**
 * The first field, in the type's order, that does not fit; undefined when the value can be encoded.
 */
export function valueProblem(type: Type, value: unknown, path = ''): ValueProblem | undefined {
  const got = misfit(type, value)
  if (got !== undefined) return { path, message: sentence(path, type, got) }
  switch (type.kind) {
    case 'nullable':
      return value === null ? undefined : valueProblem(type.of, value, path)
    case 'list':
      return first((value as unknown[]).entries(), ([index, item]) =>
        valueProblem(type.items, item, `${path}[${index}]`),
      )
    case 'map':
      // A map's names are data, which is not printed.
      return first(Object.values(value as object), (each) =>
        valueProblem(type.values, each, `${path}{}`),
      )
    case 'record':
      return recordProblem(type, value as Readonly<Record<string, unknown>>, path)
    default:
      return undefined
  }
}

function recordProblem(
  type: RecordType,
  value: Readonly<Record<string, unknown>>,
  path: string,
): ValueProblem | undefined {
  return first(type.fields, (field) =>
    valueProblem(field.type, value[field.name], path === '' ? field.name : `${path}.${field.name}`),
  )
}

/** What a value is instead, looking at its outermost form only; undefined when that fits. */
function misfit(type: Type, value: unknown): string | undefined {
  switch (type.kind) {
    case 'nullable':
      return value === undefined ? 'nothing' : undefined
    case 'null':
      return value === null ? undefined : formOf(value)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : formOf(value)
    case 'float':
    case 'double':
      return typeof value === 'number' ? undefined : formOf(value)
    case 'int':
    case 'long':
    case 'time':
    case 'duration':
      return integerMisfit(type, value)
    case 'string':
      if (typeof value !== 'string') return formOf(value)
      return value.isWellFormed() ? undefined : 'a string with half a surrogate pair'
    case 'enum':
      if (typeof value !== 'string') return formOf(value)
      return type.symbols.includes(value) ? undefined : 'a string that is none of its symbols'
    case 'bytes':
      return value instanceof Uint8Array ? undefined : formOf(value)
    case 'fixed':
      if (!(value instanceof Uint8Array)) return formOf(value)
      return value.length === type.size ? undefined : `${value.length} bytes`
    case 'decimal':
      return Decimal.isDecimal(value) ? decimalProblem(value, type) : formOf(value)
    case 'list':
      return Array.isArray(value) ? undefined : formOf(value)
    case 'map':
      if (!isPlain(value)) return formOf(value)
      return first(Object.keys(value), nameMisfit)
    case 'record':
      return isPlain(value) ? undefined : formOf(value)
    case 'unknown':
      return 'a value whose type was never determined'
  }
}

function integerMisfit(type: Type, value: unknown): string | undefined {
  if (typeof value !== 'number') return formOf(value)
  if (!Number.isInteger(value)) return 'a number that is not an integer'
  if (!Number.isSafeInteger(value)) return 'a number beyond 2^53'
  if (type.kind === 'int' && value !== (value | 0)) return 'a number beyond 32 bits'
  const isMillis = type.kind === 'time' && type.unit === 'ms'
  return isMillis && value % 1000 !== 0 ? 'a time that is not a whole millisecond' : undefined
}

function nameMisfit(name: string): string | undefined {
  if (name === '__proto__') return 'a map with the name __proto__'
  return name.isWellFormed() ? undefined : 'a map with a name that has half a surrogate pair'
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Decimal.isDecimal(value) &&
    !(value instanceof Uint8Array)
  )
}

function formOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (Decimal.isDecimal(value)) return 'a Decimal'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function sentence(path: string, type: Type, got: string): string {
  if (path === '') return `the record: expected ${describeType(type)}, got ${got}`
  return got === 'nothing'
    ? `field "${path}" is missing: expected ${describeType(type)}`
    : `field "${path}": expected ${describeType(type)}, got ${got}`
}

/** The first result that is not undefined. */
function first<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
