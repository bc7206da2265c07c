// The types that streams, expressions and state have: Avro's, with its logical types made
// first-class. Everything before the codec speaks these; `avro.ts` turns them into Avro schemas and
// back.

/** Where a type or field was declared, so that a diagnostic can show the cause beside the fault. */
export interface Origin {
  /** File path as the user would write it. */
  readonly file: string
  /** Half-open character range in that file. */
  readonly start: number
  readonly end: number
}

export interface RecordField {
  readonly name: string
  readonly type: Type
  readonly doc?: string
  /** Avro default in Avro's JSON form; `undefined` means that there is none. */
  readonly default?: unknown
  readonly origin?: Origin
}

export interface RecordType {
  readonly kind: 'record'
  /** Full Avro name, such as `market.Trade`; inferred records have one too. */
  readonly name: string
  readonly fields: readonly RecordField[]
}

export interface NullableType {
  readonly kind: 'nullable'
  readonly of: Type
}

/**
 * A value's type and, in brackets, its JavaScript form at run time: int, long, float, double
 * [number]; boolean; string [string]; bytes, fixed [Uint8Array]; decimal [Decimal]; time [integer
 * microseconds since 1970, whatever the unit on the wire]; duration [integer microseconds]; enum
 * [string]; list [array]; map, record [plain object]; nullable [null or the value]; null [null].
 * `unknown` stands for a type that could not be determined because of a mistake already reported:
 * it agrees with everything, so that one mistake gives one diagnostic.
 */
export type Type =
  | { readonly kind: 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'duration' }
  | { readonly kind: 'null' | 'unknown' }
  /**
   * `literals`: every value that the expression can have, when it is built from string literals
   * only.
   */
  | { readonly kind: 'string'; readonly literals?: readonly string[] }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'time'; readonly unit: 'ms' | 'us' }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'list'; readonly items: Type }
  | { readonly kind: 'map'; readonly values: Type }
  | NullableType
  | RecordType

/** A record's value at run time. */
export type Value = Record<string, unknown>

export const BOOLEAN: Type = { kind: 'boolean' }
export const LONG: Type = { kind: 'long' }
export const DOUBLE: Type = { kind: 'double' }
export const STRING: Type = { kind: 'string' }
export const TIME: Type = { kind: 'time', unit: 'us' }
export const DURATION: Type = { kind: 'duration' }
export const NULL: Type = { kind: 'null' }
export const UNKNOWN: Type = { kind: 'unknown' }

/** Whether values are JavaScript numbers that arithmetic treats as doubles. */
export function isNumber(type: Type): boolean {
  return (
    type.kind === 'double' || type.kind === 'long' || type.kind === 'int' || type.kind === 'float'
  )
}

export function nullable(type: Type): Type {
  return type.kind === 'nullable' || type.kind === 'null' || type.kind === 'unknown'
    ? type
    : { kind: 'nullable', of: type }
}

export function notNull(type: Type): Type {
  return type.kind === 'nullable' ? type.of : type
}

export function fieldOf(record: RecordType, name: string): RecordField | undefined {
  return record.fields.find((field) => field.name === name)
}

/**
 * The type as a user reads it in a diagnostic or `explain`: `double`, `time?`, `list of string`,
 * `market.Trade`.
 */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'nullable':
      return `${describeType(type.of)}?`
    case 'list':
      return `list of ${describeType(type.items)}`
    case 'map':
      return `map of ${describeType(type.values)}`
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'time':
      return type.unit === 'us' ? 'time' : 'time(ms)'
    case 'fixed':
      return `fixed(${type.size})`
    case 'enum':
    case 'record':
      return type.name
    case 'string':
      return type.literals
        ? type.literals.map((each) => JSON.stringify(each)).join(' or ')
        : 'string'
    default:
      return type.kind
  }
}
