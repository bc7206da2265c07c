// What all positions would be worth without their signs, each at the worst that its open orders can
// make of it, as a share of equity. An order that makes nothing worse passes.
import { Decimal } from '../../../schemas/decimal.ts'
import { ZERO } from '../../paper-venue/amounts.ts'
import type { Limit } from './limit.ts'
import { farthest, withOrder, worst } from './reach.ts'
import { shareOf } from './share.ts'

export function maxExposure(share: number): Limit {
  return ({ side, quantity }, view) => {
    const { equity, price, others } = view
    if (equity === null || price === null || others === null) return undefined
    const before = worst(view)
    const after = worst(withOrder(view, side, quantity))
    const worth = others.plus(after.times(price))
    const limit = Decimal.max(equity.times(share), ZERO)
    if (after.lte(before) || worth.lte(limit)) return undefined
    const size = Decimal.max(limit.minus(others).div(price), before)
    const most = Decimal.max(size.minus(farthest(view, side)), ZERO)
    return { reason: 'max-exposure', value: shareOf(worth, equity), limit: share, most }
  }
}
