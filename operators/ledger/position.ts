// A position at average cost, kept as a quantity and what it cost. Nothing is lost to rounding:
// what is paid for fills is what positions cost, less what was gained, to the last digit.
import { Decimal } from '../../schemas/decimal.ts'
import { decimalOver, decimalTimes } from '../../topology/expression/decimal.ts'
import { least, reducible, type Side, ZERO } from '../paper-venue/amounts.ts'

export interface Position {
  /** In base currency; below 0 when short. */
  quantity: Decimal
  /** What was paid for what is held; below 0 when short: what was received for it. */
  cost: Decimal
  /** Gain of what was closed, without fees. */
  realized: Decimal
  fees: Decimal
  /** Gain of the round trip so far, less its fees. */
  trip: Decimal
}

export const FLAT: Position = {
  quantity: ZERO,
  cost: ZERO,
  realized: ZERO,
  fees: ZERO,
  trip: ZERO,
}

export interface Filled {
  readonly side: Side
  /** Above 0. */
  readonly quantity: Decimal
  readonly price: Decimal
  /** Below 0 for a rebate. */
  readonly fee: Decimal
}

export interface Change {
  readonly position: Position
  /** Quantity x price with the fill's sign: what it takes from the cash, fees apart. */
  readonly paid: Decimal
  /** Gain of the round trip that the fill ended, its fees taken off; null when none ended. */
  readonly closed: Decimal | null
}

/**
 * The position after a fill. What closes takes its share of the cost, rounded to 18 decimals, and
 * leaves the rest to what stays; a fill that turns the position closes all of it and opens the
 * rest, and its fee is shared out by quantity.
 */
export function afterFill(before: Position, { side, quantity, price, fee }: Filled): Change {
  const signed = quantity.times(side)
  const paid = money(signed, price)
  const held = reducible(before.quantity, side)
  const closing = least(quantity, held)
  const after = { quantity: before.quantity.plus(signed), fees: before.fees.plus(fee) }
  if (closing.isZero()) {
    const cost = before.cost.plus(paid)
    const position = { ...after, cost, realized: before.realized, trip: before.trip.minus(fee) }
    return { position, paid, closed: null }
  }
  const isWhole = closing.eq(quantity)
  const isOver = closing.eq(held)
  const paidBack = isWhole ? paid : money(closing.times(side), price)
  const feeOfClosing = isWhole ? fee : shareOf(fee, closing, quantity)
  const cost = isOver ? before.cost : shareOf(before.cost, closing, held)
  const gain = paidBack.plus(cost).negated()
  const realized = before.realized.plus(gain)
  const trip = before.trip.plus(gain).minus(feeOfClosing)
  if (!isOver) {
    const position = { ...after, cost: before.cost.minus(cost), realized, trip }
    return { position, paid, closed: null }
  }
  const opened = { cost: paid.minus(paidBack), trip: feeOfClosing.minus(fee) }
  return { position: { ...after, ...opened, realized }, paid, closed: trip }
}

/** Average price of what is held; null when nothing is. */
export function entryPrice({ quantity, cost }: Position): Decimal | null {
  return quantity.isZero() ? null : decimalOver(cost, quantity, DECIMALS)
}

/** Quantity x price, to 18 decimals. */
export function money(quantity: Decimal, price: Decimal): Decimal {
  return decimalTimes(quantity, price, DECIMALS)
}

/** Amounts below it can be added up and still be written as decimal(38, 18). */
const MOST = new Decimal('1e18')

export function isCountable(...amounts: readonly Decimal[]): boolean {
  return amounts.every((amount) => amount.abs().lt(MOST))
}

const DECIMALS = 18

/** A product of two has no more decimals. */
const EXACT = 2 * DECIMALS

/** `amount` x `part` / `whole`, to 18 decimals. */
export function shareOf(amount: Decimal, part: Decimal, whole: Decimal): Decimal {
  return decimalOver(decimalTimes(amount, part, EXACT), whole, DECIMALS)
}
