// What `size` remembers: what the portfolio said last of each account, its positions and its round
// trips, its open orders, and the rows of the tables.
import type { Decimal } from '../../schemas/decimal.ts'
import { LONG, STRING, type Type, type Value } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreType } from '../../topology/signature.ts'
import { type AsOfTable, tableOfLast, type Version } from '../as-of-table.ts'
import type { Binding, MapStore, Store } from '../operator.ts'
import { MONEY, ZERO } from '../paper-venue/amounts.ts'
import { isFinal, type OrderStatus } from '../paper-venue/order-states.ts'
import type { OrderRole } from '../paper-venue/venue-state.ts'
import { putEntry, putPlaced } from '../put-entry.ts'
import { NO_TRIPS, type Trips, withTrip } from './kelly.ts'
import type { SizeConfig } from './size-config.ts'

/** What the portfolio said last of an account. */
interface Money {
  cash: Decimal
  equity: Decimal
}

interface Position {
  quantity: Decimal
}

/** An order that is not final. */
interface Open {
  symbol: string
  /** What is not filled yet; below 0 where it sells. */
  quantity: Decimal
}

export function portfolioStores(
  step: string,
  { orders }: Pick<SizeConfig, 'orders'>,
): Readonly<Record<string, StoreType>> {
  const key = ['account']
  const entry = (name: string, fields: Readonly<Record<string, Type>>) => {
    const listed = Object.entries(fields).map(([field, type]) => ({ name: field, type }))
    return inferredRecord(`${step}-${name}`, listed)
  }
  const open = { symbol: STRING, quantity: MONEY }
  const trips = { wins: LONG, losses: LONG, won: MONEY, lost: MONEY }
  return {
    money: { key, entry: entry('money', { cash: MONEY, equity: MONEY }) },
    positions: { key, entry: entry('position', { quantity: MONEY }), kind: 'map' },
    trips: { key, entry: entry('trips', trips), kind: 'map' },
    ...(orders && { open: { key, entry: entry('open', open), kind: 'map' } }),
  }
}

export interface State {
  readonly portfolio:
    | {
        readonly money: Store<Money>
        /** By account, then symbol. */
        readonly positions: MapStore<Position>
        /** By account, then strategy as JSON. */
        readonly trips: MapStore<Trips>
      }
    | undefined
  /** By account, then order id. */
  readonly open: MapStore<Open> | undefined
  readonly accounts: AsOfTable | undefined
  readonly instruments: AsOfTable | undefined
}

export function openState({ config, store, map }: Binding<SizeConfig>): State {
  const table = (name: string): AsOfTable =>
    tableOfLast(store<Version>(name), { maxAge: Number.POSITIVE_INFINITY, holds: true })
  const stores = () => ({ money: store('money'), positions: map('positions'), trips: map('trips') })
  return {
    portfolio: config.portfolio && (stores() as State['portfolio']),
    open: config.orders && map('open'),
    accounts: config.accounts && table('accounts'),
    instruments: config.instruments && table('instruments'),
  }
}

/** What an account holds of an instrument, and what it has ordered of it. */
export function heldAndOrdered({ portfolio, open }: State, account: string, symbol: string) {
  let quantity = portfolio?.positions.get(account, symbol)?.quantity ?? ZERO
  for (const [, order] of open?.entries(account) ?? []) {
    if (order.symbol === symbol) quantity = quantity.plus(order.quantity)
  }
  return quantity
}

interface OrderSeen {
  readonly order_id: string
  readonly account: string
  readonly symbol: string
  readonly side: number
  readonly role: OrderRole
  readonly status: OrderStatus
  readonly quantity: Decimal
  readonly filled: Decimal
}

/** Stops and targets wait for what may never be, so they are not on their way. */
export function takeOrder({ open }: State, value: Value): void {
  const { order_id: id, account, role, status, ...seen } = value as unknown as OrderSeen
  if (open === undefined || role === 'stop' || role === 'target') return
  const { symbol, side, quantity, filled } = seen
  const left = { symbol, quantity: quantity.minus(filled).times(side) }
  if (isFinal(status)) open.delete(account, id)
  else putPlaced(open, account, id, left)
}

interface HoldingSeen {
  readonly account: string
  readonly symbol: string | null
  readonly strategy: string | null
  readonly quantity: Decimal
  readonly closed: Decimal | null
  readonly cash: Decimal
  readonly equity: Decimal
}

export function takeHolding({ portfolio }: State, value: Value): void {
  if (portfolio === undefined) return
  const { money, positions, trips } = portfolio
  const seen = value as unknown as HoldingSeen
  const { account, symbol, strategy, quantity, closed, cash, equity } = seen
  putEntry(money, account, { cash, equity })
  if (symbol !== null && quantity.isZero()) positions.delete(account, symbol)
  else if (symbol !== null) putPlaced(positions, account, symbol, { quantity })
  if (closed === null) return
  const place = JSON.stringify(strategy)
  putPlaced(trips, account, place, withTrip(trips.get(account, place) ?? NO_TRIPS, closed))
}
