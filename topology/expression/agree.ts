// Which types go together: assigning, comparing, and the common type of two branches.
import {
  describeType,
  DOUBLE,
  isNumber,
  notNull,
  nullable,
  type Type,
  UNKNOWN,
} from '../../schemas/type.ts'

const WIDEST = 38
const FINEST = 18

export function isInteger(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'long'
}

export function isText(type: Type): type is Extract<Type, { kind: 'string' | 'enum' }> {
  return type.kind === 'string' || type.kind === 'enum'
}

/** Whether a value of type `actual` may stand where `expected` is asked for; null is judged too. */
export function agrees(expected: Type, actual: Type): boolean {
  if (expected.kind === 'unknown' || actual.kind === 'unknown') return true
  if (expected.kind === 'nullable') {
    return actual.kind === 'null' || agrees(expected.of, notNull(actual))
  }
  if (isNumber(expected)) return isNumber(actual) && (!isInteger(expected) || isInteger(actual))
  switch (expected.kind) {
    case 'string':
      return isText(actual)
    case 'enum':
      return symbolsOf(actual)?.every((symbol) => expected.symbols.includes(symbol)) ?? false
    case 'decimal':
      return actual.kind === 'decimal' && actual.scale <= expected.scale
    case 'list':
      return actual.kind === 'list' && agrees(expected.items, actual.items)
    case 'map':
      return actual.kind === 'map' && agrees(expected.values, actual.values)
    case 'record':
      return actual.kind === 'record' && actual.name === expected.name
    default:
      return actual.kind === expected.kind
  }
}

/** Every text that a value can be, where that is known. */
export function symbolsOf(type: Type): readonly string[] | undefined {
  if (type.kind === 'enum') return type.symbols
  return type.kind === 'string' ? type.literals : undefined
}

/** Whether `==` between the two makes sense. Neither is nullable. */
export function areComparable(a: Type, b: Type): boolean {
  if (a.kind === 'unknown' || b.kind === 'unknown') return true
  if (isNumber(a) && isNumber(b)) return true
  if (isText(a) && isText(b)) return true
  if (a.kind === 'decimal') return b.kind === 'decimal' || isInteger(b)
  if (b.kind === 'decimal') return isInteger(a)
  return a.kind === b.kind && ['boolean', 'time', 'duration'].includes(a.kind)
}

/** Whether `<` between comparable values of the type makes sense. */
export function isOrdered(type: Type): boolean {
  return isNumber(type) || ['time', 'duration', 'decimal', 'string', 'unknown'].includes(type.kind)
}

/** The type of a value that is either; undefined when they do not go together. */
export function commonType(a: Type, b: Type): Type | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return UNKNOWN
  if (a.kind === 'null') return nullable(b)
  if (b.kind === 'null') return nullable(a)
  if (a.kind === 'nullable' || b.kind === 'nullable') {
    const of = commonType(notNull(a), notNull(b))
    return of && nullable(of)
  }
  if (isNumber(a) && isNumber(b)) return a.kind === b.kind ? a : DOUBLE
  if (isText(a) && isText(b)) return commonText(a, b)
  if (a.kind === 'decimal' && b.kind === 'decimal') return sumOf(a, b, 0)
  if (a.kind === 'list' && b.kind === 'list') {
    const items = commonType(a.items, b.items)
    return items && { kind: 'list', items }
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const values = commonType(a.values, b.values)
    return values && { kind: 'map', values }
  }
  if (a.kind === 'time' && b.kind === 'time') return a.unit === b.unit ? a : { ...a, unit: 'us' }
  return a.kind === b.kind && describeType(a) === describeType(b) ? a : undefined
}

function commonText(a: Type, b: Type): Type {
  if (a.kind === 'enum' && agrees(a, b)) return a
  if (b.kind === 'enum' && agrees(b, a)) return b
  if (a.kind === 'string' && b.kind === 'string' && a.literals && b.literals) {
    return { kind: 'string', literals: [...new Set([...a.literals, ...b.literals])] }
  }
  return { kind: 'string' }
}

type DecimalType = Extract<Type, { kind: 'decimal' }>

/** Both scales fit; `carried` digits more in front, 1 for a sum and 0 for a choice of one. */
export function sumOf(a: DecimalType, b: DecimalType, carried: 0 | 1): DecimalType {
  const scale = Math.max(a.scale, b.scale)
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale) + carried
  return { kind: 'decimal', precision: Math.min(WIDEST, whole + scale), scale }
}

/** Exact up to 18 decimal places, where it is rounded half to even. */
export function productOf(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.min(FINEST, a.scale + b.scale)
  return { kind: 'decimal', precision: Math.min(WIDEST, a.precision + b.precision), scale }
}

/** A quotient has 18 decimal places, rounded half to even. */
export function quotientOf(): DecimalType {
  return { kind: 'decimal', precision: WIDEST, scale: FINEST }
}

/** The decimal type of a number's shortest spelling: `1.50` is 1.5, one digit behind the point. */
export function decimalOf(value: number): DecimalType {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e')
  const [whole = '0', part = ''] = mantissa.split('.')
  const scale = Math.max(0, part.length - Number(exponent))
  const digits = Math.max(1, whole.length + Number(exponent))
  return { kind: 'decimal', precision: Math.min(WIDEST, digits + scale), scale }
}
