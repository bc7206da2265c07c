// Matches an order with a bar that closed after the order had reached the venue. Of what happened
// within it only four prices are known: where they leave a choice, the worse is assumed. A bar says
// nothing about sizes, so an order is filled whole or not at all.
import { Decimal } from '../../schemas/decimal.ts'
import type { Bar } from './market-view.ts'
import {
  isReached,
  isWithin,
  type Match,
  type MatchRules,
  type Part,
  takerPrice,
  unmatched,
  type Wanted,
} from './match.ts'

export function matchBar(wanted: Wanted, bar: Bar, rules: MatchRules): Match {
  const { type, price, isTriggered } = wanted
  if (type === 'market' || price === null || isTriggered) return takeAt(bar.open, wanted, rules)
  return type === 'limit'
    ? matchLimit(wanted, bar, price, rules)
    : matchStop(wanted, bar, price, rules)
}

/** At the open where that is better than the limit, else at the limit. */
function matchLimit(wanted: Wanted, bar: Bar, price: Decimal, rules: MatchRules): Match {
  const { side, quantity, isResting } = wanted
  const limit = price.toNumber()
  if (!isResting && isWithin(bar.open, limit, side)) return takeAt(bar.open, wanted, rules)
  if (isResting && isReached(bar.open, limit, side, rules)) {
    return matched(false, { price: new Decimal(bar.open), quantity, liquidity: 'maker' })
  }
  if (!isReached(side > 0 ? bar.low : bar.high, limit, side, rules)) return unmatched(false)
  return matched(false, { price, quantity, liquidity: 'maker' })
}

/** At the open where that is beyond the stop price, for no trade was made between. */
function matchStop(wanted: Wanted, bar: Bar, price: Decimal, rules: MatchRules): Match {
  const stop = price.toNumber()
  const isBeyond = (at: number): boolean => (wanted.side > 0 ? at >= stop : at <= stop)
  if (isBeyond(bar.open)) return takeAt(bar.open, wanted, rules)
  return isBeyond(wanted.side > 0 ? bar.high : bar.low)
    ? takeAt(stop, wanted, rules)
    : unmatched(false)
}

function takeAt(at: number, wanted: Wanted, rules: MatchRules): Match {
  const price = takerPrice(new Decimal(at), wanted, rules)
  const part: Part = { price, quantity: wanted.quantity, liquidity: 'taker' }
  return matched(wanted.type === 'stop', part)
}

function matched(isTriggered: boolean, part: Part): Match {
  return { isTriggered, parts: [part], taken: [] }
}
