// Matches orders of the paper venue with a market and settles what comes of it: fills, positions,
// what an account has taken of the market, and the orders that protect an entry.
import type { Decimal } from '../../schemas/decimal.ts'
import { hashedId } from '../order-id.ts'
import type { Turn } from '../operator.ts'
import { averaged, feeOf, least, reducible, ZERO } from './amounts.ts'
import { dropSibling, followChange, remaining } from './brackets.ts'
import { type Bar, type Book, midOf } from './market-view.ts'
import { matchBar } from './match-bar.ts'
import { matchBook } from './match-book.ts'
import type { Match, MatchRules, Part, Wanted } from './match.ts'
import { editOrder, findOrder, moveOrder, restOrder, triggerOrder } from './order-book.ts'
import { isFinal } from './order-states.ts'
import type { Holding, OrderState, VenueStores } from './venue-state.ts'

/** A market that can be traded on: a record of a book, by its count, or a bar. */
export type Offer =
  | { readonly kind: 'book'; readonly book: Book; readonly update: number }
  | { readonly kind: 'bars'; readonly bar: Bar }

export interface SettlementRules extends MatchRules {
  /** Of a taker, as a fraction of what is paid. */
  readonly fee: number
  readonly makerFee: number
}

/** What every part of the venue works with. */
export interface Desk {
  readonly stores: VenueStores
  readonly rules: SettlementRules
}

/** Lets an order meet a market. */
export function attemptOrder(desk: Desk, turn: Turn, order: OrderState, offer: Offer): void {
  const { stores } = desk
  const quantity = quantityOf(order, stores.holdings.get(order.account, order.symbol))
  const isWhole = order.time_in_force === 'fok'
  if (quantity.lte(0) || (isWhole && quantity.lt(remaining(order)))) {
    moveOrder(stores, turn, order, 'cancelled', 'position-closed')
    return
  }
  const match = matchOrder(desk, turn, { ...viewOf(order), quantity, isWhole }, order, offer)
  if (match.isTriggered && !order.triggered) {
    triggerOrder(stores, order)
    dropSibling(stores, turn, order)
  }
  if (match.parts.length > 0) settle(desk, turn, order, match, offer)
  if (isFinal(order.status)) return
  if (order.time_in_force !== 'gtc') moveOrder(stores, turn, order, 'cancelled', 'not-at-once')
  else if (order.type === 'limit' && !order.resting) restOrder(stores, order)
}

function matchOrder(
  { stores: { holdings, instruments }, rules }: Desk,
  turn: Turn,
  wanted: Wanted,
  { account, symbol, side }: OrderState,
  offer: Offer,
): Match {
  if (offer.kind === 'bars') return matchBar(wanted, offer.bar, rules)
  const taken = takenOf(holdings.get(account, symbol), offer.update, side)
  const lot = instruments.last(symbol, turn.now)?.[1].lot ?? null
  return matchBook(wanted, { book: offer.book, taken, lot }, rules)
}

function settle(
  desk: Desk,
  turn: Turn,
  order: OrderState,
  { parts, taken }: Match,
  offer: Offer,
): void {
  const { stores, rules } = desk
  const { account, symbol, side } = order
  const holding = stores.holdings.edit(account, symbol, startHolding)
  let [opened, closed] = [ZERO, ZERO]
  for (const part of parts) {
    const { quantity } = part
    const closing = least(quantity, reducible(holding.quantity, side))
    const opening = quantity.minus(closing)
    closed = closed.plus(closing)
    opened = opened.plus(opening)
    holding.quantity = holding.quantity.plus(quantity.times(side))
    sayFill(turn, addFill(editOrder(stores, order), part, opening), part, rules, midAt(offer, part))
    const isFilled = order.filled.eq(order.quantity)
    moveOrder(stores, turn, order, isFilled ? 'filled' : 'partially_filled')
  }
  if (offer.kind === 'book') remember(holding, offer.update, side, taken)
  const change = { opened, closed, position: holding.quantity }
  for (const { number, role } of followChange(stores, turn, order, change)) {
    const protector = findOrder(stores, account, number)
    // Of a bar only its range is known: the stop may have been reached after the entry, and nobody
    // says that the target was.
    const meets = offer.kind === 'book' || role === 'stop'
    if (protector && meets) attemptOrder(desk, turn, protector, offer)
  }
}

function addFill(order: OrderState, { price, quantity }: Part, opening: Decimal): OrderState {
  order.fills += 1
  order.average_price = averaged(order.average_price, order.filled, price, quantity)
  order.filled = order.filled.plus(quantity)
  if (order.may_open !== null) order.may_open = order.may_open.minus(opening)
  return order
}

function sayFill(
  turn: Turn,
  order: OrderState,
  part: Part,
  rules: SettlementRules,
  mid: number,
): void {
  const { price, quantity, liquidity } = part
  const { order_id, account, strategy, symbol, side, role, fills } = order
  const fee = feeOf(price, quantity, liquidity === 'maker' ? rules.makerFee : rules.fee)
  const whose = { fill_id: hashedId(order_id, fills), order_id, account, strategy, symbol }
  const what = { side, role, quantity, price, fee, liquidity, mid }
  turn.emit({ ...whose, ...what }, { time: turn.now, output: 'fills' })
}

/** What is left of it; of what may not open no more than there is to reduce. */
function quantityOf(order: OrderState, holding: Readonly<Holding> | undefined): Decimal {
  const left = remaining(order)
  if (order.may_open === null) return left
  return least(left, reducible(holding?.quantity ?? ZERO, order.side).plus(order.may_open))
}

function viewOf({ side, type, price, resting, triggered }: OrderState) {
  return { side, type, price, isResting: resting, isTriggered: triggered }
}

function midAt(offer: Offer, { price }: Part): number {
  return offer.kind === 'book' ? midOf(offer.book) : price.toNumber()
}

function startHolding(): Holding {
  return { quantity: ZERO, update: 0, bids: [], asks: [] }
}

const NOTHING: readonly Decimal[] = []

function takenOf(
  holding: Readonly<Holding> | undefined,
  update: number,
  side: number,
): readonly Decimal[] {
  if (holding?.update !== update) return NOTHING
  return side > 0 ? holding.asks : holding.bids
}

/** Adds what was taken of a side's levels; of an earlier record nothing is of use any more. */
function remember(holding: Holding, update: number, side: number, taken: readonly Decimal[]): void {
  if (taken.length === 0) return
  if (holding.update !== update) {
    holding.update = update
    holding.bids = []
    holding.asks = []
  }
  const levels = side > 0 ? holding.asks : holding.bids
  for (const [index, quantity] of taken.entries()) {
    levels[index] = quantity.plus(levels[index] ?? ZERO)
  }
}
