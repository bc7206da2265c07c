// Avro's logical types, and ours: which of our types a schema's `logicalType` on a primitive or
// fixed makes. What would lose meaning or digits is refused; a logical type that nobody knows is
// ignored, as Avro demands, unless it looks like a misspelt one.
import { distance } from 'fastest-levenshtein'
import { refuse } from './schema-error.ts'
import type { SchemaPlace } from './schema-error.ts'
import { DURATION } from './type.ts'
import type { Wire } from './wire.ts'

type Json = Readonly<Record<string, unknown>>

/** Logical types on a long (or on a string for uuid) that need no more than their name. */
const simple: Readonly<Record<string, { readonly on: string; readonly wire: Wire }>> = {
  'timestamp-millis': { on: 'long', wire: { kind: 'plain', type: { kind: 'time', unit: 'ms' } } },
  'timestamp-micros': { on: 'long', wire: { kind: 'plain', type: { kind: 'time', unit: 'us' } } },
  'duration-micros': { on: 'long', wire: { kind: 'plain', type: DURATION } },
  uuid: { on: 'string', wire: { kind: 'plain', type: { kind: 'string' } } },
}

const instant = 'declare it as a long with logicalType timestamp-micros'
const repairs: Readonly<Record<string, string>> = {
  'timestamp-nanos': `nanoseconds do not fit a JavaScript number exactly; ${instant}`,
  'local-timestamp-millis': `it names no instant, as it has no time zone; ${instant}`,
  'local-timestamp-micros': `it names no instant, as it has no time zone; ${instant}`,
  'local-timestamp-nanos': `it names no instant, as it has no time zone; ${instant}`,
  date: `a day is no instant; ${instant}, or leave logicalType out to read days as an int`,
  'time-millis': 'a time of day is no instant; leave logicalType out to read it as an int',
  'time-micros': 'a time of day is no instant; leave logicalType out to read it as a long',
  duration: 'months have no fixed length; declare it as a long with logicalType duration-micros',
  'big-decimal': 'its scale differs from value to value; declare it as a decimal with a scale',
}

/**
 * What `json`, a schema of the primitive `base` or a fixed, means; undefined: what it would without
 * `logicalType`.
 */
export function readLogicalType(
  json: Json,
  base: string,
  size: number | undefined,
  at: SchemaPlace,
): Wire | undefined {
  const name = json['logicalType']
  if (name === undefined) return undefined
  if (typeof name !== 'string')
    return refuse(at, 'logicalType must be a text; correct or remove it')
  if (name === 'decimal') return readDecimal(json, base, size, at)
  const known = Object.hasOwn(simple, name) ? simple[name] : undefined
  if (known) {
    if (known.on === base) return known.wire
    return refuse(at, `logical type "${name}" stands on ${base}; declare it on ${known.on}`)
  }
  const repair = Object.hasOwn(repairs, name) ? repairs[name] : undefined
  if (repair !== undefined) return refuse(at, `logical type "${name}" is not supported: ${repair}`)
  const near = ['decimal', ...Object.keys(simple)].find((each) => distance(each, name) <= 2)
  if (near !== undefined) {
    return refuse(at, `logical type "${name}" does not exist; did you mean "${near}"?`)
  }
  return undefined
}

function readDecimal(json: Json, base: string, size: number | undefined, at: SchemaPlace): Wire {
  const precision = json['precision']
  const scale = json['scale'] ?? 0
  if (base !== 'bytes' && base !== 'fixed') {
    return refuse(at, `a decimal stands on ${base}; declare it on bytes or a fixed`)
  }
  if (typeof precision !== 'number' || !Number.isInteger(precision) || precision < 1) {
    return refuse(at, 'a decimal needs a precision, a whole number of digits from 1 on; add it')
  }
  if (precision > 50) {
    return refuse(at, `a decimal has at most 50 digits, not ${precision}; lower its precision`)
  }
  if (typeof scale !== 'number' || !Number.isInteger(scale) || scale < 0 || scale > precision) {
    return refuse(at, `the scale of a decimal must be a whole number from 0 to its precision`)
  }
  if (size !== undefined && 10n ** BigInt(precision) > 2n ** BigInt(8 * size - 1)) {
    return refuse(at, `${precision} digits do not fit a fixed of ${size} bytes; make it longer`)
  }
  return { kind: 'decimal', type: { kind: 'decimal', precision, scale }, size }
}
