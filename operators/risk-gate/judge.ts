// The decision about one order: the limits' answers made one.
import { Decimal } from '../../schemas/decimal.ts'
import { roundDown, ZERO } from '../paper-venue/amounts.ts'
import type { Breach, Limit, View, Wanted } from './limits/limit.ts'

export interface Rules {
  readonly limits: readonly Limit[]
  readonly onBreach: 'reject' | 'reduce'
}

/** The steps and least amounts of an instrument; null where there are none. */
export interface Sizes {
  readonly lot: Decimal | null
  readonly minQuantity: Decimal | null
  readonly minNotional: Decimal | null
}

export interface Judgement {
  readonly verdict: 'approved' | 'reduced' | 'rejected'
  /** What may be sent; 0 when rejected. */
  readonly quantity: Decimal
  /** The limit that decided; undefined when approved. */
  readonly breach: Breach | undefined
}

/**
 * Rejecting names the first limit that is broken. Reducing goes down to what all of them let
 * through, and names the one that leaves the least.
 */
export function judge(order: Wanted, view: View, rules: Rules, sizes: Sizes): Judgement {
  const breaches = rules.limits.flatMap((limit) => limit(order, view) ?? [])
  const [first] = breaches
  if (first === undefined) {
    return { verdict: 'approved', quantity: order.quantity, breach: undefined }
  }
  if (rules.onBreach === 'reject') return { verdict: 'rejected', quantity: ZERO, breach: first }
  const least = breaches.reduce((a, b) => (b.most.lt(a.most) ? b : a))
  const quantity = roundDown(Decimal.min(least.most, order.quantity), sizes.lot)
  const passes = quantity.gt(0) && isLargeEnough(quantity, view.price, sizes)
  // Shares are divided to 50 digits: should the last of them be too much, nothing passes.
  const isWithin = passes && rules.limits.every((each) => !each({ ...order, quantity }, view))
  return isWithin
    ? { verdict: 'reduced', quantity, breach: least }
    : { verdict: 'rejected', quantity: ZERO, breach: least }
}

function isLargeEnough(quantity: Decimal, price: Decimal | null, sizes: Sizes): boolean {
  const { minQuantity, minNotional } = sizes
  if (minQuantity !== null && quantity.lt(minQuantity)) return false
  return minNotional === null || (price !== null && quantity.times(price).gte(minNotional))
}
