// Pure functions of numbers; some take decimals and durations too.
import type { Decimal } from 'decimal.js'
import { DOUBLE, isNumber, type Type } from '../../../schemas/type.ts'
import { decimalCompare, decimalRound } from '../decimal.ts'
import type { Constant, Parameter, PureFunction } from '../function.ts'

/** Digits behind the point that a double can be rounded to. */
const MOST_DIGITS = 15

function x(kinds: Parameter['kinds'], name = 'x', summary = 'The value.'): Parameter {
  return { name, summary, takes: 'series', kinds }
}

function first(types: readonly Type[]): Type {
  const [type] = types
  return type === undefined || isNumber(type) ? DOUBLE : type
}

function ofNumber(name: string, summary: string, example: string): PureFunction {
  return {
    name,
    summary,
    parameters: [x(['number'])],
    result: () => DOUBLE,
    emit: ([a]) => `Math.${name}(${a ?? ''})`,
    example,
  }
}

function roundDouble(value: number, digits: number): number {
  const factor = 10 ** digits
  const scaled = Math.round(Math.abs(value) * factor) / factor
  if (!Number.isFinite(scaled)) return value
  return value < 0 ? -scaled : scaled
}

function roundDecimal(value: Decimal, digits: number): Decimal {
  return decimalRound(value, digits)
}

function least(...values: readonly Decimal[]): Decimal {
  return values.reduce((a, b) => (decimalCompare(b, a) < 0 ? b : a))
}

function greatest(...values: readonly Decimal[]): Decimal {
  return values.reduce((a, b) => (decimalCompare(b, a) > 0 ? b : a))
}

function rounded(types: readonly Type[], [digits]: readonly Constant[]): Type {
  const [type] = types
  if (type?.kind !== 'decimal') return DOUBLE
  const scale = typeof digits === 'number' ? digits : 0
  return { ...type, scale: Math.min(scale, type.scale) }
}

const MEASURES: Parameter['kinds'] = ['number', 'decimal', 'duration']
const ORDERED: Parameter['kinds'] = ['number', 'decimal', 'duration', 'time']

function extreme(name: 'min' | 'max', summary: string, ofDecimals: string): PureFunction {
  return {
    name,
    summary,
    parameters: [x(ORDERED, 'x', 'A value.'), x(ORDERED, 'y', 'Another, of the same type.')],
    variadic: true,
    alike: true,
    result: first,
    emit: (values, [type]) =>
      `${type?.kind === 'decimal' ? ofDecimals : `Math.${name}`}(${values.join(', ')})`,
    uses: { least, greatest },
    example: `${name}(open, close)`,
  }
}

export const arithmetic: readonly PureFunction[] = [
  {
    name: 'abs',
    summary: 'The value without its sign.',
    parameters: [x(MEASURES)],
    result: first,
    emit: ([a = ''], [type]) => (type?.kind === 'decimal' ? `${a}.abs()` : `Math.abs(${a})`),
    example: 'abs(close - open)',
  },
  {
    name: 'sign',
    summary: '1 for a positive value, -1 for a negative one, 0 for zero.',
    parameters: [x(MEASURES)],
    result: () => DOUBLE,
    emit: ([a = ''], [type]) =>
      type?.kind === 'decimal' ? `Math.sign(${a}.toNumber())` : `Math.sign(${a})`,
    example: 'sign(close - open)',
  },
  extreme('min', 'The least of the values.', 'least'),
  extreme('max', 'The greatest of the values.', 'greatest'),
  {
    name: 'clamp',
    summary: 'The value, or the bound that it is beyond.',
    parameters: [
      x(ORDERED),
      x(ORDERED, 'low', 'Least result.'),
      x(ORDERED, 'high', 'Greatest result.'),
    ],
    alike: true,
    result: first,
    emit: ([a = '', low = '', high = ''], [type]) =>
      type?.kind === 'decimal'
        ? `least(greatest(${a}, ${low}), ${high})`
        : `Math.min(Math.max(${a}, ${low}), ${high})`,
    uses: { least, greatest },
    example: 'clamp(score, 0, 1)',
  },
  ofNumber('sqrt', 'The square root.', 'sqrt(252)'),
  ofNumber('exp', 'e to the power of the value.', 'exp(-age / 1h)'),
  ofNumber('log', 'The natural logarithm.', 'log(close / open)'),
  ofNumber('log10', 'The logarithm to base 10.', 'log10(volume)'),
  {
    name: 'pow',
    summary: 'The first value to the power of the second.',
    parameters: [x(['number'], 'x', 'Base.'), x(['number'], 'y', 'Exponent.')],
    result: () => DOUBLE,
    emit: ([a = '', b = '']) => `Math.pow(${a}, ${b})`,
    example: 'pow(1 + rate, years)',
  },
  ofNumber('floor', 'The greatest whole number that is not above the value.', 'floor(price)'),
  ofNumber('ceil', 'The least whole number that is not below the value.', 'ceil(price)'),
  {
    name: 'round',
    summary: 'The nearest number with so many digits behind the point; halves of decimals to even.',
    parameters: [
      x(['number', 'decimal']),
      {
        name: 'digits',
        summary: 'Digits behind the point, 0 if left out. Halves of doubles go away from zero.',
        takes: 'constant',
        kinds: ['number'],
        optional: true,
        integer: true,
        min: 0,
        max: MOST_DIGITS,
      },
    ],
    result: rounded,
    emit: ([a = '', digits = '0'], [type]) =>
      type?.kind === 'decimal' ? `roundDecimal(${a}, ${digits})` : `roundDouble(${a}, ${digits})`,
    uses: { roundDecimal, roundDouble },
    example: 'round(price, 2)',
  },
]
