// What an account holds and has open, instrument by instrument, and what that may come to be worth.
import type { Decimal } from '../../schemas/decimal.ts'
import { ZERO } from '../paper-venue/amounts.ts'
import type { Held, Open } from './entries.ts'
import type { Reach } from './limits/limit.ts'
import { withOrder, worst } from './limits/reach.ts'

export interface Exposed extends Reach {
  /** What a unit is counted at; null where nothing is known to count it by. */
  readonly price: Decimal | null
}

export const NOTHING: Exposed = { position: ZERO, buys: ZERO, sells: ZERO, price: null }

interface Book {
  /** By instrument. */
  readonly positions: Iterable<readonly [string, Readonly<Held>]>
  /** By order id. */
  readonly open: Iterable<readonly [string, Readonly<Open>]>
  /** What the market says now. */
  readonly marketPrice: (symbol: string) => Decimal | null
}

/**
 * By instrument. It is counted at the market; without one at what it was valued at last; without
 * that at the highest price that one of its open orders was approved at.
 */
export function exposures({ positions, open, marketPrice }: Book): ReadonlyMap<string, Exposed> {
  const all = new Map<string, Exposed>()
  for (const [symbol, { quantity, price }] of positions) {
    all.set(symbol, { ...NOTHING, position: quantity, price: marketPrice(symbol) ?? price })
  }
  const approvedAt = new Map<string, Decimal>()
  for (const [, { symbol, side, quantity, price }] of open) {
    const known = all.get(symbol) ?? { ...NOTHING, price: marketPrice(symbol) }
    all.set(symbol, { ...withOrder(known, side, quantity), price: known.price })
    const highest = approvedAt.get(symbol)
    if (price !== null && (highest?.lt(price) ?? true)) approvedAt.set(symbol, price)
  }
  for (const [symbol, each] of all) {
    if (each.price === null) all.set(symbol, { ...each, price: approvedAt.get(symbol) ?? null })
  }
  return all
}

/** The worst that all but one may come to be worth; null where one has no price. */
export function grossBut(all: ReadonlyMap<string, Exposed>, but: string): Decimal | null {
  let sum: Decimal | null = ZERO
  for (const [symbol, each] of all) {
    if (symbol !== but && sum !== null) sum = plus(sum, worthOf(each, each.price))
  }
  return sum
}

/** The worst that it may come to be worth; null where it has a size and no price. */
export function worthOf(reach: Reach, price: Decimal | null): Decimal | null {
  const size = worst(reach)
  if (size.isZero()) return ZERO
  return price && size.times(price)
}

export function plus(a: Decimal | null, b: Decimal | null): Decimal | null {
  return a && b && a.plus(b)
}
