// What matching an order with a market needs and finds: the words that books and bars share.
import type { Decimal } from '../../schemas/decimal.ts'
import { type Side, slipped } from './amounts.ts'

/** The part of an order that matching looks at. */
export interface Wanted {
  readonly side: Side
  readonly type: 'market' | 'limit' | 'stop'
  /** The limit or the stop price. */
  readonly price: Decimal | null
  /** How much it may take now, above 0. */
  readonly quantity: Decimal
  /** A limit order that has met a market before: it stands in the book. */
  readonly isResting: boolean
  /** A stop order whose price has been reached. */
  readonly isTriggered: boolean
  /** All of it or nothing. */
  readonly isWhole: boolean
}

export interface MatchRules {
  /**
   * Whether a limit order that rests is filled when the market touches its price, or only when it
   * goes through it.
   */
  readonly fills: 'touch' | 'through'
  /** By which fraction of the price a taker's price is worse. */
  readonly slippage: number
}

export interface Part {
  readonly price: Decimal
  readonly quantity: Decimal
  readonly liquidity: 'maker' | 'taker'
}

export interface Match {
  /** Whether its stop price has been reached, now or before. */
  readonly isTriggered: boolean
  readonly parts: readonly Part[]
  /** What it took, by level of the side that it took from; empty where sizes are not known. */
  readonly taken: readonly Decimal[]
}

export function unmatched(isTriggered: boolean): Match {
  return { isTriggered, parts: [], taken: [] }
}

/** Whether `price` is at `limit` or on its better side for an order of this side. */
export function isWithin(price: number, limit: number, side: Side): boolean {
  return side > 0 ? price <= limit : price >= limit
}

/** Whether the market has come to a limit order that rests. */
export function isReached(price: number, limit: number, side: Side, rules: MatchRules): boolean {
  return isWithin(price, limit, side) && (rules.fills === 'touch' || price !== limit)
}

/** What a taker pays: worse by the slippage, and of a limit order never worse than its limit. */
export function takerPrice(
  price: Decimal,
  { side, type, price: limit }: Wanted,
  { slippage }: MatchRules,
): Decimal {
  const worse = slipped(price, side, slippage)
  if (type !== 'limit' || limit === null) return worse
  const isBeyond = side > 0 ? worse.gt(limit) : worse.lt(limit)
  return isBeyond ? limit : worse
}
