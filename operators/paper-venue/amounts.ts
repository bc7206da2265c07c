// Arithmetic of money and quantities: prices with slippage, fees, averages, and the steps of an
// instrument. Everything that leaves has at most 18 decimals.
import { Decimal } from '../../schemas/decimal.ts'
import type { Type } from '../../schemas/type.ts'

export type Side = 1 | -1

export const ZERO = new Decimal(0)

const DECIMALS = 18

/** Of prices, quantities and amounts, on records and in stores. */
export const MONEY: Type = { kind: 'decimal', precision: 38, scale: DECIMALS }

/** To 18 decimals, halves to the even digit. */
export function rounded(value: Decimal): Decimal {
  return value.toDecimalPlaces(DECIMALS, Decimal.ROUND_HALF_EVEN)
}

/** The greatest multiple of `step` that is at most `value`; without a step, 18 decimals. */
export function roundDown(value: Decimal, step: Decimal | null): Decimal {
  return toStep(value, step, Decimal.ROUND_FLOOR)
}

/** The least multiple of `step` that is at least `value`; without a step, 18 decimals. */
export function roundUp(value: Decimal, step: Decimal | null): Decimal {
  return toStep(value, step, Decimal.ROUND_CEIL)
}

function toStep(value: Decimal, step: Decimal | null, mode: Decimal.Rounding): Decimal {
  if (step === null || step.lte(0)) return value.toDecimalPlaces(DECIMALS, mode)
  return value.toNearest(step, mode)
}

export function isOnStep(value: Decimal, step: Decimal): boolean {
  return step.lte(0) || value.mod(step).isZero()
}

export function least(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b
}

/** A taker's price: worse by `slippage`, a fraction of the price. */
export function slipped(price: Decimal, side: Side, slippage: number): Decimal {
  if (slippage === 0) return rounded(price)
  return rounded(new Decimal(slippage).times(side).plus(1).times(price))
}

export function feeOf(price: Decimal, quantity: Decimal, rate: number): Decimal {
  return rounded(price.times(quantity).times(rate))
}

/** The average price of `filled` at `average` and of `quantity` at `price`. */
export function averaged(
  average: Decimal | null,
  filled: Decimal,
  price: Decimal,
  quantity: Decimal,
): Decimal {
  if (average === null || filled.isZero()) return price
  const paid = average.times(filled).plus(price.times(quantity))
  return rounded(paid.div(filled.plus(quantity)))
}

/** How much of a position can be reduced by trading on `side`. */
export function reducible(position: Decimal, side: Side): Decimal {
  const against = side > 0 ? position.negated() : position
  return against.gt(0) ? against : ZERO
}
