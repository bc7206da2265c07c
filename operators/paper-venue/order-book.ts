// The orders of the paper venue that are not final: kept in the order in which they were given, by
// account and by symbol, with what is due when. Each change of an order's state is a record.
import type { Turn } from '../operator.ts'
import { ZERO } from './amounts.ts'
import type { OrderReason } from './order-reasons.ts'
import { isFinal, mayBecome, type OrderStatus } from './order-states.ts'
import {
  ALL_ACCOUNTS,
  type OpenOrder,
  type OrderFields,
  type OrderState,
  type VenueStores,
} from './venue-state.ts'

/** What an order is made from; the rest is the same at every start. */
export type Draft = Omit<OrderFields, 'order_id' | 'status' | 'filled' | 'average_price'> &
  Pick<OrderState, 'may_open' | 'stop' | 'target' | 'sibling'>

/** Takes an order on and says that it is `created`; `idOf` gets its number. */
export function createOrder(
  { orders, accounts }: VenueStores,
  turn: Turn,
  draft: Draft,
  idOf: (number: number) => string,
): OrderState {
  const { account } = draft
  const counter = accounts.edit(ALL_ACCOUNTS, account, () => ({ orders: 0 }))
  counter.orders += 1
  const number = counter.orders
  const order = orders.edit(account, placeOf(number), () => ({
    ...draft,
    order_id: idOf(number),
    status: 'created',
    filled: ZERO,
    average_price: null,
    number,
    reaches: null,
    resting: false,
    triggered: false,
    fills: 0,
    stop_order: null,
    target_order: null,
  }))
  sayOrder(turn, order)
  return order
}

/**
 * Says that the order has come to a state; a final one is forgotten with it. False, and counted,
 * where the table of states does not allow it.
 */
export function moveOrder(
  stores: VenueStores,
  turn: Turn,
  order: OrderState,
  to: OrderStatus,
  reason: OrderReason | null = null,
): boolean {
  if (!mayBecome(order.status, to)) {
    turn.hold(`illegal-transition: ${order.status} -> ${to}`)
    return false
  }
  editOrder(stores, order).status = to
  sayOrder(turn, order, reason)
  if (isFinal(to)) forget(stores, order)
  return true
}

/** Sends an order that has been created on its way to the venue. */
export function sendOrder(stores: VenueStores, turn: Turn, order: OrderState): void {
  for (const status of ['validated', 'risk_checked', 'submitted'] as const) {
    moveOrder(stores, turn, order, status)
  }
}

/** The order has reached the venue. */
export function enterOrder(stores: VenueStores, turn: Turn, order: OrderState): void {
  const { account, symbol, number, side, type } = order
  editOrder(stores, order).reaches = turn.now
  const waits = type === 'stop' && order.price !== null ? order.price.toNumber() : null
  const place = openPlace(account, number)
  stores.open.edit(symbol, place, () => ({ account, number, side, type, waits }))
  moveOrder(stores, turn, order, 'pending')
}

/** A limit order that has met a market rests, and from now on waits for its price. */
export function restOrder(stores: VenueStores, order: OrderState): void {
  editOrder(stores, order).resting = true
  awaitPrice(stores, order, order.price?.toNumber() ?? null)
}

/** A stop order whose price has been reached takes whatever comes. */
export function triggerOrder(stores: VenueStores, order: OrderState): void {
  editOrder(stores, order).triggered = true
  awaitPrice(stores, order, null)
}

function awaitPrice(stores: VenueStores, order: OrderState, price: number | null): void {
  const { symbol, account, number } = order
  stores.open.edit(symbol, openPlace(account, number), isThere).waits = price
}

/** Emits the order as it stands. */
export function sayOrder(turn: Turn, order: OrderState, reason: OrderReason | null = null): void {
  const { order_id, account, strategy, symbol, side, type, role, parent, status } = order
  const { quantity, price, filled, average_price, time_in_force, expires } = order
  const what = { order_id, account, strategy, symbol, side, type, role, parent, status }
  const much = { quantity, price, filled, average_price, time_in_force, expires, reason }
  turn.emit({ ...what, ...much }, { time: turn.now })
}

/** The order for changing in place. */
export function editOrder({ orders }: VenueStores, order: Readonly<OrderState>): OrderState {
  return orders.edit(order.account, placeOf(order.number), isThere)
}

export function findOrder(
  { orders }: VenueStores,
  account: string,
  number: number | null,
): OrderState | undefined {
  return number === null ? undefined : orders.get(account, placeOf(number))
}

/** Those of an account, the first given first; of one symbol, or of all. */
export function ordersOf(
  { orders }: VenueStores,
  account: string,
  symbol: string | null,
): readonly OrderState[] {
  const own: OrderState[] = []
  for (const [, order] of orders.entries(account)) {
    if (symbol === null || order.symbol === symbol) own.push(order)
  }
  return own
}

/** Those at the venue for a symbol that `concerns`, the first given first. */
export function ordersAt(
  { open }: VenueStores,
  symbol: string,
  concerns: (order: Readonly<OpenOrder>) => boolean,
): readonly Readonly<OpenOrder>[] {
  const there: Readonly<OpenOrder>[] = []
  for (const [, order] of open.entries(symbol)) if (concerns(order)) there.push(order)
  return there
}

/** Wakes the account when the order is due: at its `reaches`, or where it `expires`. */
export function scheduleOrder(
  stores: VenueStores,
  turn: Turn,
  { account, number }: OrderState,
  at: number,
): void {
  stores.due.edit(account, at, () => ({ orders: [] })).orders.push(number)
  wakeForNext(stores, turn, account)
}

/** Takes the orders that are due by then, and wakes the account for what is due next. */
export function takeDueOrders(
  stores: VenueStores,
  turn: Turn,
  account: string,
  by: number,
): readonly OrderState[] {
  const { due } = stores
  const now = [...due.entries(account, undefined, by + 1)]
  const numbers = new Set(now.flatMap(([, { orders: listed }]) => listed))
  for (const [instant] of now) due.delete(account, instant)
  wakeForNext(stores, turn, account)
  return [...numbers].flatMap((number) => findOrder(stores, account, number) ?? [])
}

function wakeForNext({ due }: VenueStores, turn: Turn, account: string): void {
  for (const [at] of due.entries(account)) {
    turn.wakeAt(account, at)
    return
  }
}

function forget(stores: VenueStores, order: OrderState): void {
  const { account, symbol, number, reaches, expires } = order
  stores.orders.delete(account, placeOf(number))
  const place = openPlace(account, number)
  if (stores.open.get(symbol, place) !== undefined) stores.open.delete(symbol, place)
  unschedule(stores, order, reaches)
  unschedule(stores, order, expires)
}

function unschedule(
  { due }: VenueStores,
  { account, number }: OrderState,
  at: number | null,
): void {
  const listed = at === null ? undefined : due.get(account, at)
  if (at === null || listed?.orders.includes(number) !== true) return
  const left = listed.orders.filter((each) => each !== number)
  if (left.length === 0) due.delete(account, at)
  else due.edit(account, at, isThere).orders = left
}

/** Digits enough for every safe integer, so that texts sort as the numbers do. */
const DIGITS = 16

function placeOf(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

function openPlace(account: string, number: number): string {
  return `${placeOf(number)} ${account}`
}

/** The start of an entry that was found, which therefore needs none. */
function isThere(): never {
  throw new Error('an entry that was found is not there to be changed')
}
