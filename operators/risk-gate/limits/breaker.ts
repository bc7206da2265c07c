// After too many losses in a row, only what reduces a position passes for a while. Measured is how
// long the pause still lasts.
import { type Limit, seconds } from './limit.ts'
import { reducible } from './reach.ts'

export const breaker: Limit = ({ side, quantity }, view) => {
  const { now, pausedUntil } = view
  if (pausedUntil === null || now >= pausedUntil) return undefined
  const most = reducible(view, side)
  return quantity.lte(most)
    ? undefined
    : { reason: 'breaker', value: seconds(pausedUntil - now), limit: 0, most }
}
