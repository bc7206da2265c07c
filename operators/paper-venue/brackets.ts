// Stop and target of an entry: a pair of orders that only reduce. They grow with the entry's fills,
// and of them and all others of an account and symbol there is never more than the position: what
// closes a part of it otherwise is taken off the pairs that were there first.
import type { Decimal } from '../../schemas/decimal.ts'
import { hashedId } from '../order-id.ts'
import type { Turn } from '../operator.ts'
import { least, reducible, ZERO } from './amounts.ts'
import {
  createOrder,
  type Draft,
  editOrder,
  enterOrder,
  findOrder,
  moveOrder,
  ordersOf,
  sayOrder,
  sendOrder,
} from './order-book.ts'
import type { OrderReason } from './order-reasons.ts'
import type { OrderState, VenueStores } from './venue-state.ts'
import { otherSide } from './wanted-order.ts'

/** What the fills of an order at one time did to the position. */
export interface Change {
  /** How much they added to it; what turns a position closes and opens. */
  readonly opened: Decimal
  readonly closed: Decimal
  /** What is held now. */
  readonly position: Decimal
}

/** Follows a change; returns the orders that now protect the entry and did not before. */
export function followChange(
  stores: VenueStores,
  turn: Turn,
  order: OrderState,
  { opened, closed, position }: Change,
): readonly OrderState[] {
  const sibling = siblingOf(stores, order)
  if (sibling) shrink(stores, turn, sibling, closed, 'other-filled')
  if (closed.gt(0)) trim(stores, turn, order, position)
  const isProtected = order.stop !== null || order.target !== null
  return isProtected && opened.gt(0) ? grow(stores, turn, order, opened) : []
}

/** The stop of a pair has been triggered: it will be filled, so the target goes. */
export function dropSibling(stores: VenueStores, turn: Turn, order: OrderState): void {
  const sibling = siblingOf(stores, order)
  if (sibling) moveOrder(stores, turn, sibling, 'cancelled', 'other-filled')
}

export function remaining({ quantity, filled }: Readonly<OrderState>): Decimal {
  return quantity.minus(filled)
}

function siblingOf(stores: VenueStores, order: OrderState): OrderState | undefined {
  return findOrder(stores, order.account, order.sibling)
}

/** Takes what protects more than is held off the pairs that were there first. */
function trim(
  stores: VenueStores,
  turn: Turn,
  { account, symbol, side }: OrderState,
  position: Decimal,
): void {
  const most = reducible(position, side)
  const reducing = ordersOf(stores, account, symbol).filter((order) => order.side === side)
  const pairs = reducing.filter((order) => standsForPair(stores, order))
  let excess = pairs.reduce((sum, order) => sum.plus(remaining(order)), most.negated())
  for (const order of pairs) {
    if (excess.lte(0)) break
    const cut = least(excess, remaining(order))
    const sibling = siblingOf(stores, order)
    shrink(stores, turn, order, cut, 'position-closed')
    if (sibling) shrink(stores, turn, sibling, cut, 'position-closed')
    excess = excess.minus(cut)
  }
  if (most.gt(0)) return
  for (const order of reducing) {
    const isSpent = order.role === 'entry' && order.may_open?.lte(0) === true
    if (isSpent || order.role === 'flatten')
      moveOrder(stores, turn, order, 'cancelled', 'position-closed')
  }
}

/** Stops do, and targets that have no stop beside them. */
function standsForPair(stores: VenueStores, order: OrderState): boolean {
  return (
    order.role === 'stop' || (order.role === 'target' && siblingOf(stores, order) === undefined)
  )
}

function shrink(
  stores: VenueStores,
  turn: Turn,
  order: OrderState,
  by: Decimal,
  reason: OrderReason,
): void {
  if (remaining(order).lte(by)) moveOrder(stores, turn, order, 'cancelled', reason)
  else resize(stores, turn, order, order.quantity.minus(by))
}

function resize(stores: VenueStores, turn: Turn, order: OrderState, quantity: Decimal): void {
  const changed = editOrder(stores, order)
  changed.quantity = quantity
  sayOrder(turn, changed)
}

/** The pair of the entry grows; where it is gone, or going, there is a new one. */
function grow(
  stores: VenueStores,
  turn: Turn,
  entry: OrderState,
  by: Decimal,
): readonly OrderState[] {
  const { account, stop_order, target_order } = entry
  const pair = [stop_order, target_order].filter((number) => number !== null)
  const known = pair.flatMap((number) => findOrder(stores, account, number) ?? [])
  const isAlive = known.length === pair.length && !known.some(({ triggered }) => triggered)
  if (pair.length === 0 || !isAlive) return protect(stores, turn, entry, by)
  for (const order of known) resize(stores, turn, order, order.quantity.plus(by))
  return []
}

/** `entry` is being changed in this turn, or has been forgotten. */
function protect(
  stores: VenueStores,
  turn: Turn,
  entry: OrderState,
  quantity: Decimal,
): readonly OrderState[] {
  const place = (role: 'stop' | 'target', sibling: number | null): OrderState => {
    const draft = protectorOf(entry, role, quantity, sibling)
    const idOf = (number: number): string => hashedId(entry.order_id, role, number)
    const order = createOrder(stores, turn, draft, idOf)
    sendOrder(stores, turn, order)
    enterOrder(stores, turn, order)
    return order
  }
  const stop = entry.stop === null ? undefined : place('stop', null)
  const target = entry.target === null ? undefined : place('target', stop?.number ?? null)
  if (stop && target) editOrder(stores, stop).sibling = target.number
  entry.stop_order = stop?.number ?? null
  entry.target_order = target?.number ?? null
  return [stop, target].filter((order) => order !== undefined)
}

/** It stands at the venue for as long as there is something to protect. */
function protectorOf(
  { account, strategy, symbol, side, order_id: parent, stop, target }: OrderState,
  role: 'stop' | 'target',
  quantity: Decimal,
  sibling: number | null,
): Draft {
  const isStop = role === 'stop'
  const whose = { account, strategy, symbol, side: otherSide(side), role, parent, sibling }
  const type = isStop ? 'stop' : 'limit'
  const terms = {
    type,
    price: isStop ? stop : target,
    time_in_force: 'gtc',
    expires: null,
  } as const
  return { ...whose, ...terms, quantity, may_open: ZERO, stop: null, target: null }
}
