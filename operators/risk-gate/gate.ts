// The risk gate at work: decides about each order that it is driven by, and learns from what comes
// back and from what it looks up.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { isCountable } from '../ledger/position.ts'
import type { Binding, Step, StepRecord, Turn } from '../operator.ts'
import { isFinal, type OrderStatus } from '../paper-venue/order-states.ts'
import { least, rounded, type Side } from '../paper-venue/amounts.ts'
import { putEntry, putPlaced } from '../put-entry.ts'
import { allLimits } from './all-limits.ts'
import { know, nextOrderId, settle } from './approve.ts'
import { type Desks, type GateStores, openStores, readDesks } from './desk-stores.ts'
import { newDesk, takeHolding } from './desk.ts'
import type { GateConfig } from './gate-config.ts'
import { alertOf } from './gate-records.ts'
import { judge } from './judge.ts'
import type { Reach } from './limits/limit.ts'
import { reducible } from './limits/reach.ts'
import { obey } from './obey.ts'
import { makeValuation, readOrder } from './value-order.ts'

type Take = (record: StepRecord & { readonly value: Value }, turn: Turn) => void

/**
 * Between an order's record and the holding of the same fill the gate counts the fill nowhere. No
 * decision can fall there: both wait in the task's queue, which is drained before the next record
 * is taken (docs/semantics.md, Cycles), and nothing that comes back leads to a decision.
 */
export function makeGate(binding: Binding<GateConfig>): Step {
  const { config, type } = binding
  const stores = openStores(binding)
  const desks = readDesks(stores, binding)
  const decide = makeDecide(stores, desks, binding)
  const marketFields = type.stores.market?.entry.fields.find(({ name }) => name === 'record')?.type
  const kept = marketFields?.kind === 'record' ? marketFields.fields.map(({ name }) => name) : []
  const takes: readonly (readonly [{ readonly stream: string } | undefined, Take])[] = [
    [config.portfolio, ({ value }, turn) => takeHoldings(value, turn, stores, config)],
    [config.orders, ({ value }) => takeOrder(value, stores)],
    [config.instruments, (record) => takeLot(record, stores)],
    [config.market, (record, turn) => takeMarket(record, turn, stores, kept)],
    [config.control, ({ value }, turn) => obey(value, turn, { stores, desks, binding })],
  ]
  return {
    onRecord: ({ key, value, time }, turn, input) => {
      if (input === 'main') {
        if (value !== null) decide({ key, value, time }, turn)
        return
      }
      if (input === config.accounts?.stream) takeCash({ key, value, time }, stores)
      for (const [named, take] of takes) {
        if (named?.stream !== input) continue
        if (value !== null) take({ key, value, time }, turn)
        else if (named === config.instruments) stores.lots?.delete(key)
        else if (named === config.market) stores.market?.delete(key)
      }
    },
  }
}

function makeDecide(stores: GateStores, desks: Desks, binding: Binding<GateConfig>): Take {
  const { config, input } = binding
  const rules = { limits: allLimits(config), onBreach: config.on_breach }
  const valuation = makeValuation(config.price, input.record)
  return ({ value, time }, turn) => {
    const wanted = readOrder(value, time)
    if (typeof wanted === 'string') {
      turn.reject('bad', wanted)
      return
    }
    const { account, symbol, strategy, side } = wanted
    const price = valuation(value, stores.market?.get(symbol)?.record)
    // What cannot be written is not reserved either: nobody would ever say what became of it.
    if (!isCountable(wanted.quantity, wanted.quantity.times(price ?? 1))) {
      turn.reject('bad', 'quantity, or what it is worth, is beyond what money can be counted in')
      return
    }
    const { view, seen } = desks.look({ account, symbol, now: turn.now, price })
    const lot = stores.lots?.get(symbol)
    const { verdict, quantity, breach } = judge(wanted, view, rules, {
      lot: lot?.lot ?? null,
      minQuantity: lot?.min_quantity ?? null,
      minNotional: lot?.min_notional ?? null,
    })
    const orderId = nextOrderId(stores, binding, account, turn)
    const order = {
      order_id: orderId,
      ...{ account, strategy, symbol, side, quantity, price_seen: price },
      opens: opening(quantity, view, side),
      intent: 'entry',
    } as const
    const decided = { order, wanted: wanted.quantity, verdict, breach, seen }
    settle(stores, turn, { ...decided, carried: wanted.carried })
    if (verdict !== 'rejected' || breach === undefined) return
    const { reason, value: measured, limit } = breach
    const refused = { account, symbol, side, reason, value: measured, limit, orderId }
    const alert = alertOf({ ...refused, quantity: wanted.quantity })
    turn.emit(alert, { time: turn.now, output: 'rejected' })
    turn.hold(reason)
  }
}

/** What of an order is no part of what is held, and is judged as such. */
function opening(quantity: Decimal, view: Reach, side: Side): Decimal {
  return quantity.minus(least(quantity, reducible(view, side)))
}

function takeHoldings(value: Value, turn: Turn, stores: GateStores, config: GateConfig): void {
  const account = value.account as string
  const symbol = value.symbol as string | null
  know(stores.known, account, turn)
  const tripped = takeHolding(
    stores.desks.edit(account, newDesk),
    {
      equity: rounded(value.equity as Decimal),
      drawdown: value.drawdown as number,
      closed: (value.closed ?? null) as Decimal | null,
      time: turn.now,
    },
    config,
  )
  if (symbol !== null) takePosition(value, account, symbol, stores)
  for (const each of tripped) {
    turn.emit(alertOf({ account, ...each }), { time: turn.now, output: 'alerts' })
  }
}

function takePosition(value: Value, account: string, symbol: string, stores: GateStores): void {
  const quantity = rounded(value.quantity as Decimal)
  if (quantity.isZero()) {
    stores.positions.delete(account, symbol)
    return
  }
  const price = (value.mark ?? value.entry_price ?? null) as Decimal | null
  putPlaced(stores.positions, account, symbol, { quantity, price: price && rounded(price) })
}

/** Orders that the gate has not approved, such as stops and targets, only reduce a position. */
function takeOrder(value: Value, stores: GateStores): void {
  const account = value.account as string
  const orderId = value.order_id as string
  const known = stores.open.get(account, orderId)
  if (known === undefined) return
  const left = (value.quantity as Decimal).minus(value.filled as Decimal)
  if (isFinal(value.status as OrderStatus) || left.lte(0)) stores.open.delete(account, orderId)
  else stores.open.edit(account, orderId, () => ({ ...known })).quantity = rounded(left)
}

/** As with lots. */
function takeCash({ key, value, time }: StepRecord, { cash: rows }: GateStores): void {
  if (rows === undefined || (rows.get(key)?.since ?? time) > time) return
  putEntry(rows, key, { since: time, cash: value && rounded(value.cash as Decimal) })
}

/** An older version that comes late does not replace a newer one. */
function takeLot({ key, value, time }: Parameters<Take>[0], { lots }: GateStores): void {
  if (lots === undefined || (lots.get(key)?.since ?? time) > time) return
  const step = (name: string): Decimal | null => (value[name] ?? null) as Decimal | null
  putEntry(lots, key, {
    since: time,
    lot: step('lot'),
    min_quantity: step('min_quantity'),
    min_notional: step('min_notional'),
  })
}

/** As with the venue: an order is judged by the market that it will find. */
function takeMarket(
  { key: symbol, value, time }: Parameters<Take>[0],
  turn: Turn,
  { market }: GateStores,
  kept: readonly string[],
): void {
  if (market === undefined) return
  if ((market.get(symbol)?.time ?? time) > time) {
    turn.hold('a later market is known')
    return
  }
  putEntry(market, symbol, {
    seen: turn.now,
    time,
    record: Object.fromEntries(kept.map((name) => [name, value[name]])),
  })
}
