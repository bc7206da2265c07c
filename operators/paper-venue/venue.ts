// The paper venue: takes orders, lets them reach it after the latency, matches them with every
// record of the market, lets them expire, and cancels entries when trading is halted.
import type { Value } from '../../schemas/type.ts'
import { EVERY_ACCOUNT } from '../every-account.ts'
import type { StepRecord, Turn } from '../operator.ts'
import { putPlaced } from '../put-entry.ts'
import { isInTime, type PastBar } from './bar-timing.ts'
import { isOutOfReach } from './match-book.ts'
import { versionOf } from './instrument-versions.ts'
import { type MarketKind, readBar, readBook, referencePrice } from './market-view.ts'
import {
  createOrder,
  type Draft,
  editOrder,
  enterOrder,
  findOrder,
  moveOrder,
  ordersAt,
  ordersOf,
  scheduleOrder,
  sendOrder,
  takeDueOrders,
} from './order-book.ts'
import type { OrderReason } from './order-reasons.ts'
import { attemptOrder, type Offer, type SettlementRules } from './settlement.ts'
import { ALL_ACCOUNTS, type MarketState, type OrderState, type VenueStores } from './venue-state.ts'
import { type Asked, draftOf, objectionBy, objectionTo, type OrderTerms } from './wanted-order.ts'

export interface VenueRules extends SettlementRules {
  /** Microseconds. */
  readonly latency: number
  readonly maxMarketAge: number
  readonly terms: OrderTerms
  readonly marketKind: MarketKind
  /** The fields of a market that are remembered. */
  readonly kept: readonly string[]
  /** Whether instruments are looked up: an order of an unknown one is then rejected. */
  readonly knowsInstruments: boolean
  /** The price of a limit or stop order; undefined where it has no value. */
  readonly priceOf: (value: Value, market: Value) => number | undefined
  /** The id of an order that brings none. */
  readonly idOf: (account: string, number: number) => string
}

/** The venue with its stores: what a step passes to whatever happens. */
export interface Venue {
  readonly stores: VenueStores
  readonly rules: VenueRules
}

/** Takes an order that is asked for, and sends it, or says why not. */
export function submitOrder(venue: Venue, turn: Turn, value: Value): void {
  const { stores, rules } = venue
  const account = value.account as string
  const symbol = value.symbol as string
  const given = (value.order_id ?? undefined) as string | undefined
  if (ordersOf(stores, account, null).some(({ order_id }) => order_id === given)) {
    turn.reject('duplicate', 'an order with its id is open')
    return
  }
  const market = stores.markets.get(symbol)?.market ?? null
  const price = market === null ? undefined : rules.priceOf(value, market)
  const found = stores.instruments.last(symbol, turn.now)?.[1]
  const asked = { value, now: turn.now, terms: rules.terms, price, rules: found }
  const draft = draftOf(asked)
  const idOf = (number: number): string => given ?? rules.idOf(account, number)
  const order = createOrder(stores, turn, draft, idOf)
  const reason = objectionOf(asked, draft, market, rules)
  if (reason !== undefined) {
    moveOrder(stores, turn, order, 'rejected', reason)
    return
  }
  sendOrder(stores, turn, order)
  if (order.expires !== null) scheduleOrder(stores, turn, order, order.expires)
  if (rules.latency === 0) {
    reachVenue(venue, turn, order)
    return
  }
  const reaches = turn.now + rules.latency
  editOrder(stores, order).reaches = reaches
  scheduleOrder(stores, turn, order, reaches)
}

/** Why an order is not sent. */
function objectionOf(
  asked: Asked,
  draft: Draft,
  market: Value | null,
  rules: VenueRules,
): OrderReason | undefined {
  if (draft.type !== 'market' && market === null) return 'no-market'
  const price = draft.price ?? referencePrice(market, draft.side, rules.marketKind)
  const own = objectionTo(asked, draft, price)
  if (own !== undefined || !rules.knowsInstruments) return own
  return asked.rules ? objectionBy(asked.rules, draft, price) : 'unknown-instrument'
}

function reachVenue(venue: Venue, turn: Turn, order: OrderState): void {
  const { stores, rules } = venue
  enterOrder(stores, turn, order)
  // Only bars that close later count.
  if (rules.marketKind === 'bars') return
  const offer = standingOffer(venue, turn, order.symbol)
  if (offer) attemptOrder(venue, turn, order, offer)
  else if (order.time_in_force !== 'gtc') {
    moveOrder(stores, turn, order, 'cancelled', 'no-market')
  }
}

/** What an order can be matched with before the next record of the market comes. */
function standingOffer({ stores, rules }: Venue, turn: Turn, symbol: string): Offer | undefined {
  const state = stores.markets.get(symbol)
  if (!state?.market || turn.now - state.came > rules.maxMarketAge) return undefined
  return offerOf('book', state.market, state.update)
}

/** Remembers a record of the market, and lets the orders that are open meet it. */
export function takeMarket(venue: Venue, turn: Turn, record: StepRecord): void {
  const { stores, rules } = venue
  const { key: symbol, value } = record
  const before = lastBar(stores.markets.get(symbol))
  const state = rememberMarket(venue, turn, record)
  if (!state || value === null || isEmpty(stores.open.entries(symbol))) return
  const offer = offerOf(rules.marketKind, value, state.update)
  if (!offer) return
  const there = ordersAt(
    stores,
    symbol,
    (order) => offer.kind === 'bars' || !isOutOfReach(order, offer.book),
  )
  const meets = ({ reaches, parent }: OrderState): boolean => {
    if (offer.kind === 'book') return true
    // What protects a position is at the venue as soon as there is something to protect.
    const latency = parent === null ? rules.latency : 0
    const { end } = offer.bar
    return isInTime({ start: record.time, end }, { reaches, latency }, before)
  }
  for (const { account, number } of there) {
    // What came before may have cancelled it.
    const order = findOrder(stores, account, number)
    if (order && meets(order)) attemptOrder(venue, turn, order, offer)
  }
}

function isEmpty(entries: Iterable<unknown>): boolean {
  for (const _ of entries) return false
  return true
}

function rememberMarket(
  { stores: { markets }, rules }: Venue,
  turn: Turn,
  { key, value, time }: StepRecord,
): MarketState | undefined {
  const known = markets.get(key)
  if (known !== undefined && time < known.time) {
    turn.hold('a later market is known')
    return undefined
  }
  const state = markets.edit(key, () => ({ time, came: 0, update: 0, end: null, market: null }))
  state.time = time
  state.came = turn.now
  state.update += 1
  state.end = rules.marketKind === 'bars' && value ? (value.end as number) : null
  state.market = value && pick(value, rules.kept)
  return state
}

/** A copy: the market is about to be changed. */
function lastBar(state: Readonly<MarketState> | undefined): PastBar | undefined {
  if (state === undefined || state.end === null) return undefined
  return { end: state.end, came: state.came }
}

/** Remembers a version of an instrument. */
export function takeInstrument({ stores }: Venue, { key, value, time }: StepRecord): void {
  putPlaced(stores.instruments, key, time, versionOf(value))
}

/** Cancels entries where trading is halted; what protects or closes a position stays. */
export function takeControl({ stores }: Venue, turn: Turn, control: Value): void {
  const { command, account, symbol } = control
  const reason = command === 'halt' ? 'halted' : command === 'flatten' ? 'flattened' : undefined
  if (reason === undefined) return
  const all = [...stores.accounts.entries(ALL_ACCOUNTS)].map(([name]) => name)
  for (const each of account === EVERY_ACCOUNT ? all : [account as string]) {
    for (const order of ordersOf(stores, each, symbol as string | null)) {
      if (order.role === 'entry') moveOrder(stores, turn, order, 'cancelled', reason)
    }
  }
}

/** Lets orders of the account reach the venue and expire that are due by then. */
export function takeTime(venue: Venue, turn: Turn, account: string, by: number): void {
  const { stores } = venue
  for (const { number } of takeDueOrders(stores, turn, account, by)) {
    const waiting = findOrder(stores, account, number)
    const isThere = waiting?.status === 'submitted' && (waiting.reaches ?? 0) <= by
    if (waiting && isThere) reachVenue(venue, turn, waiting)
    const order = findOrder(stores, account, number)
    if (order && order.expires !== null && order.expires <= by) {
      moveOrder(stores, turn, order, 'expired', 'in-force-over')
    }
  }
}

function offerOf(kind: MarketKind, value: Value, update: number): Offer | undefined {
  if (kind === 'book') {
    const book = readBook(value)
    return book && { kind, book, update }
  }
  const bar = readBar(value)
  return bar && { kind, bar }
}

function pick(value: Value, names: readonly string[]): Value {
  const picked: Value = {}
  for (const name of names) picked[name] = value[name]
  return picked
}
