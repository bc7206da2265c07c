// Matches an order with a book: a taker walks the levels of the other side, a limit order that
// rests is filled at its price by what comes to it. Nothing changes here.
import { Decimal } from '../../schemas/decimal.ts'
import { least, roundDown, ZERO } from './amounts.ts'
import { type Book, facing, type Level } from './market-view.ts'
import {
  isReached,
  isWithin,
  type Match,
  type MatchRules,
  takerPrice,
  unmatched,
  type Wanted,
} from './match.ts'

export interface Supply {
  readonly book: Book
  /** What the account has taken of this book before, by level of the side that the order takes. */
  readonly taken: readonly Decimal[]
  /** Sizes are rounded down to it. */
  readonly lot: Decimal | null
}

export function matchBook(wanted: Wanted, supply: Supply, rules: MatchRules): Match {
  const { side, type, price, isResting } = wanted
  const { book } = supply
  if (type === 'market' || price === null) return take(wanted, supply, rules, () => true)
  const limit = price.toNumber()
  if (type === 'stop') {
    const best = side > 0 ? book.ask : book.bid
    const isTriggered = wanted.isTriggered || (side > 0 ? best >= limit : best <= limit)
    return isTriggered ? take(wanted, supply, rules, () => true) : unmatched(false)
  }
  if (!isResting) return take(wanted, supply, rules, (each) => isWithin(each, limit, side))
  const { quantity, taken } = walk(wanted, supply, (each) => isReached(each, limit, side, rules))
  if (quantity.isZero()) return unmatched(false)
  return { isTriggered: false, parts: [{ price, quantity, liquidity: 'maker' }], taken }
}

/** Whether the market is too far away for an order that waits for a price: most are, mostly. */
export function isOutOfReach(
  { side, type, waits }: Pick<Wanted, 'side' | 'type'> & { readonly waits: number | null },
  { bid, ask }: Book,
): boolean {
  if (waits === null) return false
  const best = side > 0 ? ask : bid
  return type === 'stop' ? !isWithin(waits, best, side) : !isWithin(best, waits, side)
}

function take(
  wanted: Wanted,
  supply: Supply,
  rules: MatchRules,
  isTaken: (price: number) => boolean,
): Match {
  const isTriggered = wanted.type === 'stop'
  const { quantity, taken, steps } = walk(wanted, supply, isTaken)
  if (quantity.isZero() || (wanted.isWhole && quantity.lt(wanted.quantity))) {
    return unmatched(isTriggered)
  }
  const parts = steps.map((step) => {
    const price = takerPrice(new Decimal(step.price), wanted, rules)
    return { price, quantity: step.quantity, liquidity: 'taker' as const }
  })
  return { isTriggered, parts, taken }
}

interface Walk {
  readonly quantity: Decimal
  readonly taken: readonly Decimal[]
  readonly steps: readonly { readonly price: number; readonly quantity: Decimal }[]
}

/** Takes from level after level, best first, as far as the prices go. */
function walk(
  { quantity: most, side }: Wanted,
  { book, taken: before, lot }: Supply,
  isTaken: (price: number) => boolean,
): Walk {
  const steps: { price: number; quantity: Decimal }[] = []
  const taken: Decimal[] = []
  let left = most
  for (const [index, level] of facing(book, side).entries()) {
    if (left.isZero() || !isTaken(level.price)) break
    const quantity = least(left, offered(level, before[index] ?? ZERO, lot))
    if (level.size !== Number.POSITIVE_INFINITY) taken.push(quantity)
    if (quantity.isZero()) continue
    steps.push({ price: level.price, quantity })
    left = left.minus(quantity)
  }
  return { quantity: most.minus(left), taken, steps }
}

function offered({ size }: Level, taken: Decimal, lot: Decimal | null): Decimal {
  if (size === Number.POSITIVE_INFINITY) return new Decimal(Number.POSITIVE_INFINITY)
  const left = roundDown(new Decimal(size), lot).minus(taken)
  return left.gt(0) ? left : ZERO
}
