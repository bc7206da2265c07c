// A fill that flattens belongs to no strategy: it closes what strategies hold, one after the other,
// so that each ends its round trip.
import type { Decimal } from '../../schemas/decimal.ts'
import { least, reducible } from '../paper-venue/amounts.ts'
import type { Part } from './entries.ts'
import { shareOf } from './position.ts'
import type { ReadFill } from './read-fill.ts'

/**
 * The fill in pieces, in the order of `parts`; what no strategy holds is left to none. Quantities
 * and fees add up to the fill's.
 */
export function piecesOf(fill: ReadFill, parts: Iterable<Readonly<Part>>): readonly ReadFill[] {
  const pieces: ReadFill[] = []
  let { quantity: left, fee } = fill
  const take = (strategy: string | null, quantity: Decimal): void => {
    const isLast = quantity.eq(left)
    const share = isLast ? fee : shareOf(fill.fee, quantity, fill.quantity)
    pieces.push({ ...fill, strategy, quantity, fee: share })
    left = left.minus(quantity)
    fee = fee.minus(share)
  }
  for (const { strategy, quantity } of parts) {
    const closing = least(reducible(quantity, fill.side), left)
    if (closing.gt(0)) take(strategy, closing)
  }
  if (left.gt(0)) take(null, left)
  return pieces
}
