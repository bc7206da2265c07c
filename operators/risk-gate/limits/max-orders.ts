// How many orders may be approved within a window: a guard against a topology gone wild, so what
// reduces a position counts too.
import { ZERO } from '../../paper-venue/amounts.ts'
import type { Limit } from './limit.ts'

export function maxOrders(count: number): Limit {
  return (_, { orders }) =>
    orders >= count ? { reason: 'max-orders', value: orders, limit: count, most: ZERO } : undefined
}
