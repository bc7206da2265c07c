// From what is wanted to what can be ordered: down to the instrument's lot, not below its least.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { roundDown, type Side } from '../paper-venue/amounts.ts'

/** Why no order is wanted, as `size` holds records back. */
export const SIZE_REASONS = {
  'no-equity': 'Equity or cash of the account is not known, or not above 0.',
  'no-instrument': 'The table of instruments does not hold the symbol.',
  'no-edge': 'Kelly sees no edge in the round trips and the prior.',
  'nothing-wanted': 'Quantity or fraction, times what it is multiplied by, is 0.',
  'at-target': 'The account holds what is aimed at, or has ordered it.',
  'below-lot': 'What is wanted is less than a lot.',
  'below-min-quantity': 'What is wanted is less than the least quantity of an order.',
  'below-min-notional': 'What is wanted is worth less than an order must be.',
} as const

export type SizeReason = keyof typeof SIZE_REASONS

export interface Steps {
  /** Null: 18 decimals. */
  readonly lot: Decimal | null
  readonly min_quantity: Decimal | null
  readonly min_notional: Decimal | null
}

export const NO_STEPS: Steps = { lot: null, min_quantity: null, min_notional: null }

/** Of a row of the table of instruments. */
export function stepsOf(row: Value): Steps {
  const { lot, min_quantity: quantity, min_notional: notional } = row
  return {
    lot: (lot ?? null) as Decimal | null,
    min_quantity: (quantity ?? null) as Decimal | null,
    min_notional: (notional ?? null) as Decimal | null,
  }
}

export interface Sized {
  readonly side: Side
  readonly quantity: Decimal
}

/** Quantities below 0 are sold. */
export interface Wanted {
  /** To buy or to sell; with a position, what is to be held. */
  readonly target: Decimal
  /** What is held and on its way; undefined where the target is an order. */
  readonly position: Decimal | undefined
  readonly price: Decimal
  readonly steps: Steps
}

export function orderQuantity({ target, position, price, steps }: Wanted): Sized | SizeReason {
  const whole = toLot(target, steps)
  const wanted = position === undefined ? target : whole.minus(position)
  if (wanted.isZero()) return position === undefined ? 'nothing-wanted' : 'at-target'
  const quantity = toLot(wanted, steps).abs()
  if (quantity.isZero()) return 'below-lot'
  if (steps.min_quantity?.gt(quantity)) return 'below-min-quantity'
  if (steps.min_notional?.gt(quantity.times(price))) return 'below-min-notional'
  return { side: wanted.gt(0) ? 1 : -1, quantity }
}

/** Towards 0. */
function toLot(quantity: Decimal, { lot }: Steps): Decimal {
  const size = roundDown(quantity.abs(), lot)
  return quantity.lt(0) ? size.negated() : size
}
