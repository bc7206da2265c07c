// Pure functions that turn a value of one type into another, always asked for, never silent.
import { Decimal } from 'decimal.js'
import { DOUBLE, LONG, STRING } from '../../../schemas/type.ts'
import { decimalRound } from '../decimal.ts'
import { NotConvertible } from '../faults.ts'
import type { PureFunction } from '../function.ts'

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/
const FINEST = 18
const WIDEST = 38

function textToDouble(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : NaN
  if (!Number.isFinite(value)) {
    throw new NotConvertible('double(text): the text is not a number')
  }
  return value
}

function toLong(value: number): number {
  const long = Math.trunc(value)
  if (!Number.isSafeInteger(long)) {
    throw new NotConvertible('long(x): the value is not a whole number below 2^53')
  }
  return long
}

function textToLong(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new NotConvertible('long(text): the text is not a whole number')
  }
  return toLong(Number(text))
}

function toDecimal(value: number | string | Decimal, scale: number): Decimal {
  const isSpelt = typeof value !== 'string' || NUMBER.test(value)
  const decimal = isSpelt
    ? new Decimal(typeof value === 'string' ? value.trim() : value)
    : new Decimal(NaN)
  if (!decimal.isFinite()) {
    throw new NotConvertible('decimal(x, scale): the value is not a finite number')
  }
  return decimalRound(decimal, scale)
}

export const conversion: readonly PureFunction[] = [
  {
    name: 'double',
    summary: 'The double nearest to a decimal, or that a text spells.',
    parameters: [
      {
        name: 'x',
        summary: 'A number, decimal or text. A text that is no number is a bad record.',
        takes: 'series',
        kinds: ['number', 'decimal', 'string'],
      },
    ],
    result: () => DOUBLE,
    emit: ([a = ''], [type]) => {
      if (type?.kind === 'string') return `textToDouble(${a})`
      return type?.kind === 'decimal' ? `${a}.toNumber()` : a
    },
    uses: { textToDouble },
    example: 'double(quantity) * price',
  },
  {
    name: 'long',
    summary: 'The whole number that a number becomes without its fraction, or that a text spells.',
    parameters: [
      {
        name: 'x',
        summary: 'A number, decimal or text. A text that is no whole number is a bad record.',
        takes: 'series',
        kinds: ['number', 'decimal', 'string'],
      },
    ],
    result: () => LONG,
    emit: ([a = ''], [type]) => {
      if (type?.kind === 'string') return `textToLong(${a})`
      return type?.kind === 'decimal' ? `toLong(${a}.toNumber())` : `toLong(${a})`
    },
    uses: { textToLong, toLong },
    example: 'long(volume)',
  },
  {
    name: 'decimal',
    summary: 'The decimal of a scale nearest to a value, halves to even.',
    parameters: [
      {
        name: 'x',
        summary: 'A number, decimal or text. A text that is no number is a bad record.',
        takes: 'series',
        kinds: ['number', 'decimal', 'string'],
      },
      {
        name: 'scale',
        summary: 'Digits behind the point.',
        takes: 'constant',
        kinds: ['number'],
        integer: true,
        min: 0,
        max: FINEST,
      },
    ],
    result: (_types, [scale]) => ({
      kind: 'decimal',
      precision: WIDEST,
      scale: typeof scale === 'number' ? scale : 0,
    }),
    emit: ([a = '', scale = '0']) => `toDecimal(${a}, ${scale})`,
    uses: { toDecimal },
    example: 'decimal(price, 2) * quantity',
  },
  {
    name: 'string',
    summary: 'The value as text.',
    parameters: [
      {
        name: 'x',
        summary: 'A number, decimal, boolean, enum or text.',
        takes: 'series',
        kinds: ['number', 'decimal', 'boolean', 'string', 'enum'],
      },
    ],
    result: () => STRING,
    emit: ([a = ''], [type]) => (type?.kind === 'decimal' ? `${a}.toFixed()` : `String(${a})`),
    example: "string(count) + ' trades'",
  },
]
