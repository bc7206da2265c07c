// Reads a number and the unit written behind it without a space: `10%`, `5bp`, `1h30m`, `2pip`.
import { Decimal } from 'decimal.js'
import { UNITS_OF_TIME } from '../duration.ts'
import type { Unit } from './ast.ts'
import { refuse } from './problem.ts'

const DIGITS = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
const SUFFIX = /[\p{L}_][\p{L}\p{N}_]*/uy
const OPERAND = /[\p{L}\p{N}_.("'[]/u

export interface NumberLiteral {
  readonly value: number
  readonly unit: Unit
  readonly end: number
}

/** Reads the number that starts at `start`, where a digit or a dot before a digit stands. */
export function readNumber(text: string, start: number): NumberLiteral {
  const digits = match(DIGITS, text, start)
  const end = start + digits.length
  if (text[end] === '%') return percent(text, start, digits)
  const suffix = match(SUFFIX, text, end)
  const whole = end + suffix.length
  if (suffix === '') return plain(digits, 0, start, end)
  if (suffix === 'bp') return plain(digits, -4, start, whole)
  if (suffix === 'tick' || suffix === 'pip') {
    return { ...plain(digits, 0, start, whole), unit: suffix }
  }
  return duration(text, start)
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

/** The shift is made in decimal, so that `0.3%` is the double nearest to 0.003. */
function plain(digits: string, shift: number, start: number, end: number): NumberLiteral {
  const [mantissa = '', exponent = '0'] = digits.split(/[eE]/)
  const value = Number(`${mantissa}e${Number(exponent) + shift}`)
  if (!Number.isFinite(value)) refuse('this number is too large for a double', start, end)
  return { value, unit: 'none', end }
}

function percent(text: string, start: number, digits: string): NumberLiteral {
  const end = start + digits.length + 1
  const next = text[end]
  if (next !== undefined && OPERAND.test(next)) {
    const repair = `put spaces around it: "${digits} % ..." is modulo, "${digits}%" is percent`
    refuse('"%" stands between two values without spaces', end - 1, end, repair)
  }
  return plain(digits, -2, start, end)
}

function duration(text: string, start: number): NumberLiteral {
  const units = [...UNITS_OF_TIME.keys()]
  let total = new Decimal(0)
  let at = start
  let last = -1
  do {
    const digits = match(DIGITS, text, at)
    const end = at + digits.length
    const unit = match(/[a-zA-Z]+/y, text, end)
    const size = UNITS_OF_TIME.get(unit)
    const suffix = match(SUFFIX, text, end)
    if (size === undefined) return refuseUnit(digits, suffix, end)
    if (units.indexOf(unit) <= last) {
      refuse(`"${unit}" may not stand here`, end, end + unit.length, 'largest unit first: 1h30m')
    }
    last = units.indexOf(unit)
    total = total.plus(new Decimal(digits).times(size))
    at = end + unit.length
  } while (/[\d.]/.test(text[at] ?? '') && match(DIGITS, text, at) !== '')
  const rest = match(SUFFIX, text, at)
  if (rest !== '') return refuseUnit('', rest, at)
  if (!total.isInteger() || total.gt(Number.MAX_SAFE_INTEGER)) {
    refuse('a duration is a whole number of microseconds below 285 years', start, at)
  }
  return { value: total.toNumber(), unit: 'duration', end: at }
}

function refuseUnit(digits: string, suffix: string, at: number): never {
  const known = 'the units are %, bp, us, ms, s, m, h, d, tick and pip'
  const joined = /^_\d/.test(suffix) ? `write ${digits}${suffix.replaceAll('_', '')}` : known
  return refuse(`"${suffix}" is not a unit`, at, at + suffix.length, joined)
}
