// Arithmetic of decimals: exact, or rounded half to even at the scale that the checker gave.
//
// decimal.js rounds every result to its constructor's precision, 20 digits unless set. Money has up
// to 38, so the work is done by a constructor of our own; results are plain `Decimal` again.
import { Decimal } from 'decimal.js'

const Wide = Decimal.clone({
  precision: 100,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -1e3,
  toExpPos: 1e3,
})

type Operand = Decimal | number

export function decimalPlus(a: Operand, b: Operand): Decimal {
  return new Decimal(Wide.add(a, b))
}

export function decimalMinus(a: Operand, b: Operand): Decimal {
  return new Decimal(Wide.sub(a, b))
}

export function decimalTimes(a: Operand, b: Operand, scale: number): Decimal {
  return new Decimal(Wide.mul(a, b).toDecimalPlaces(scale))
}

/**
 * Dividing by zero gives an infinite decimal, which is refused as a result like an infinite
 * double.
 */
export function decimalOver(a: Operand, b: Operand, scale: number): Decimal {
  return new Decimal(Wide.div(a, b).toDecimalPlaces(scale))
}

export function decimalModulo(a: Operand, b: Operand): Decimal {
  return new Decimal(Wide.mod(a, b))
}

/** Less than 0, 0 or more than 0 as `a` is less than, equal to or more than `b`. */
export function decimalCompare(a: Operand, b: Operand): number {
  return new Wide(a).comparedTo(b)
}

export function decimalRound(value: Decimal, scale: number): Decimal {
  return new Decimal(new Wide(value).toDecimalPlaces(scale))
}
