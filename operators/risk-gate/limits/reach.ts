// How far a position can get. Open orders may be filled in any order, or some of them never, so a
// position may come to lie anywhere between its sells' end and its buys' end.
import { Decimal } from '../../../schemas/decimal.ts'
import { type Side, ZERO } from '../../paper-venue/amounts.ts'
import type { Reach } from './limit.ts'

/** The end on one side, counted along it: below 0 while it is on the other side of zero. */
export function farthest({ position, buys, sells }: Reach, side: Side): Decimal {
  return side > 0 ? position.plus(buys) : sells.minus(position)
}

/** What an order of this side can take off for certain, whatever the open ones come to. */
export function reducible(reach: Reach, side: Side): Decimal {
  return Decimal.max(farthest(reach, side).negated(), ZERO)
}

/** The greatest size that the position can come to. */
export function worst(reach: Reach): Decimal {
  return Decimal.max(farthest(reach, 1).abs(), farthest(reach, -1).abs())
}

/** With one more open order. */
export function withOrder(reach: Reach, side: Side, quantity: Decimal): Reach {
  const { position, buys, sells } = reach
  return side > 0
    ? { position, buys: buys.plus(quantity), sells }
    : { position, buys, sells: sells.plus(quantity) }
}
