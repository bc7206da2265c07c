// Numbers as files spell them: strict, so that "12abc", "0x1F" or an empty cell is never taken for
// a number.
import { Decimal, decimalProblem } from '../../schemas/decimal.ts'
import type { DecimalRoom } from '../../schemas/decimal.ts'
import { Misfit } from './misfit.ts'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?$/
const INTEGER = /^[+-]?\d+(?:\.0*)?$/
/** Beyond this no one means the digits, and arithmetic on them would take forever. */
const MOST_DIGITS = 400

const NOT_A_NUMBER = new Misfit('is not a number')
const TOO_LARGE = new Misfit('is larger than a double can be')
const NOT_INTEGER = new Misfit('is not an integer')
const UNSAFE = new Misfit('is an integer beyond 2^53, which would lose digits')
const NOT_INT = new Misfit('is an integer beyond 32 bits')

/** Whether the text is a number in decimal digits, with or without an exponent. */
function isNumberText(text: string): boolean {
  return text.length <= MOST_DIGITS && NUMBER.test(text)
}

/** The nearest double to a text. */
export function readDouble(text: string): number | Misfit {
  return isNumberText(text) ? checkDouble(Number(text)) : NOT_A_NUMBER
}

export function checkDouble(value: number): number | Misfit {
  return Number.isFinite(value) ? value : TOO_LARGE
}

/** The nearest 32-bit float: what a field of that type holds once it has been through its codec. */
export function checkFloat(value: number): number | Misfit {
  const float = Math.fround(value)
  return Number.isFinite(float) ? float : TOO_LARGE
}

/** An integer's text; `5.0` is one, as spreadsheets and data frames write it. */
export function readInteger(text: string): number | Misfit {
  return text.length <= MOST_DIGITS && INTEGER.test(text) ? checkInteger(Number(text)) : NOT_INTEGER
}

/** Longs are those that a double holds exactly; the codec refuses the last one too. */
export function checkInteger(value: number): number | Misfit {
  if (!Number.isInteger(value)) return NOT_INTEGER
  if (Math.abs(value) >= Number.MAX_SAFE_INTEGER) return UNSAFE
  // Adding 0 turns -0, which Avro cannot hold, into 0.
  return value + 0
}

export function checkInt(value: number | Misfit): number | Misfit {
  return value instanceof Misfit || value === (value | 0) ? value : NOT_INT
}

/** A decimal, never rounded: digits that its type has no room for make it a misfit. */
export function readDecimal(text: string, room: DecimalRoom): Decimal | Misfit {
  if (!isNumberText(text)) return NOT_A_NUMBER
  const value = new Decimal(text)
  const problem = decimalProblem(value, room)
  if (problem === undefined) return value
  return new Misfit(
    `is ${problem}, and its type decimal(${room.precision},${room.scale}) has no room for it`,
  )
}
