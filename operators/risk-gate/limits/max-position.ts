// What the position would be worth if all open orders on the order's side were filled, as a share
// of equity. What only reduces stays on the other side of zero, and passes.
import { Decimal } from '../../../schemas/decimal.ts'
import { ZERO } from '../../paper-venue/amounts.ts'
import type { Limit } from './limit.ts'
import { farthest } from './reach.ts'
import { shareOf } from './share.ts'

export function maxPosition(share: number): Limit {
  return ({ side, quantity }, view) => {
    const { equity, price } = view
    if (equity === null || price === null) return undefined
    const before = farthest(view, side)
    const worth = before.plus(quantity).times(price)
    const limit = Decimal.max(equity.times(share), ZERO)
    if (worth.lte(limit)) return undefined
    const most = Decimal.max(limit.div(price).minus(before), ZERO)
    return { reason: 'max-position', value: shareOf(worth, equity), limit: share, most }
  }
}
