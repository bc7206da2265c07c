// Nothing is sent into a market that is not there, is too old, or cannot be traded on.
import { ZERO } from '../../paper-venue/amounts.ts'
import { type Limit, seconds } from './limit.ts'

/** Without `maxAge` a market may be of any age. */
export function marketSound(maxAge: number | undefined): Limit {
  const limit = maxAge === undefined ? null : seconds(maxAge)
  return (_, { market }) => {
    if (market === null) return { reason: 'stale-market', value: null, limit, most: ZERO }
    if (maxAge !== undefined && market.age > maxAge) {
      return { reason: 'stale-market', value: seconds(market.age), limit, most: ZERO }
    }
    if (market.isSound) return undefined
    return { reason: 'invalid-market', value: null, limit: null, most: ZERO }
  }
}
