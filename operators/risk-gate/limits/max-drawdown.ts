// Once too much is lost, only what reduces a position passes.
import { reducible } from './reach.ts'
import type { Limit } from './limit.ts'

export function maxDrawdown(limit: number): Limit {
  return ({ side, quantity }, view) => {
    if (!view.isLatched) return undefined
    const most = reducible(view, side)
    return quantity.lte(most)
      ? undefined
      : { reason: 'max-drawdown', value: view.drawdown, limit, most }
  }
}
