// What the paper venue remembers: orders that are not final yet, what each account holds and has
// taken of the market, the last market of each symbol, and when something is due.
import type { Decimal } from '../../schemas/decimal.ts'
import {
  BOOLEAN,
  DOUBLE,
  LONG,
  nullable,
  type RecordType,
  STRING,
  TIME,
  type Type,
  type Value,
} from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreType } from '../../topology/signature.ts'
import { builtInRecord } from '../built-in-record.ts'
import type { MapStore, Micros, Store, WindowStore } from '../operator.ts'
import { MONEY, type Side } from './amounts.ts'
import type { OrderStatus } from './order-states.ts'

export type OrderRole = 'entry' | 'stop' | 'target' | 'flatten'

/** What a trading/Order says of it, but for the reason. */
export interface OrderFields {
  order_id: string
  account: string
  strategy: string | null
  symbol: string
  side: Side
  type: 'market' | 'limit' | 'stop'
  role: OrderRole
  parent: string | null
  status: OrderStatus
  quantity: Decimal
  price: Decimal | null
  filled: Decimal
  average_price: Decimal | null
  time_in_force: 'gtc' | 'ioc' | 'fok'
  expires: Micros | null
}

export interface OrderState extends OrderFields {
  /** Its number among the orders of the account: who came first is served first. */
  number: number
  /** When it reaches, or has reached, the venue. */
  reaches: Micros | null
  /** It has met a market. */
  resting: boolean
  /** Its stop price has been reached. */
  triggered: boolean
  fills: number
  /** How much of it may open or add to a position still; null: all of it. */
  may_open: Decimal | null
  /** What is to protect its fills. */
  stop: Decimal | null
  target: Decimal | null
  /** Numbers of the orders that protect it. */
  stop_order: number | null
  target_order: number | null
  /** Of a stop its target's number, of a target its stop's. */
  sibling: number | null
}

/** What of an order is looked at for every record of the market. */
export interface OpenOrder {
  account: string
  number: number
  side: Side
  type: OrderFields['type']
  /** The price that it waits for; null: every market concerns it. */
  waits: number | null
}

export interface AccountState {
  /** Orders that it ever had. */
  orders: number
}

export interface Holding {
  /** Below 0 when short. */
  quantity: Decimal
  /** The record of the market that `bids` and `asks` were taken of. */
  update: number
  /** What was taken, by level. */
  bids: Decimal[]
  asks: Decimal[]
}

export interface MarketState {
  /** Event time of the record. */
  time: Micros
  /** When it came. */
  came: Micros
  /** Counts the symbol's records. */
  update: number
  /** Of a bar its end; null of a book. */
  end: Micros | null
  /** Null: the market was deleted. */
  market: Value | null
}

export interface Due {
  /** Numbers of orders. */
  orders: number[]
}

export interface InstrumentRules {
  /** False: it was deleted then. */
  listed: boolean
  tick: Decimal
  lot: Decimal
  min_quantity: Decimal | null
  min_notional: Decimal | null
}

export interface VenueStores {
  /** By account and number. */
  readonly orders: MapStore<OrderState>
  /** Orders at the venue by symbol, in the order of their numbers. */
  readonly open: MapStore<OpenOrder>
  /** Under one key, by account: those that have had orders. */
  readonly accounts: MapStore<AccountState>
  /** By account and symbol. */
  readonly holdings: MapStore<Holding>
  /** By symbol. */
  readonly markets: Store<MarketState>
  /** By account and instant: when orders reach the venue or expire. */
  readonly due: WindowStore<Due>
  /** By symbol and the time from when on they hold. */
  readonly instruments: WindowStore<InstrumentRules>
}

/** The key under which all accounts stand: the global one. */
export const ALL_ACCOUNTS = '[]'

const AMOUNTS: Type = { kind: 'list', items: MONEY }

const record = (name: string, fields: Readonly<Record<string, Type>>): RecordType =>
  inferredRecord(
    name,
    Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  )

/** The types of the stores, by name. `kept`: what is remembered of a market. */
export function venueStores(step: string, kept: RecordType): Record<string, StoreType> {
  const own = builtInRecord('trading/Order').fields.filter(({ name }) => name !== 'reason')
  const order = Object.fromEntries(own.map(({ name, type }) => [name, type]))
  return {
    orders: { key: ['account'], kind: 'map', entry: orderRecord(step, order) },
    open: {
      key: ['symbol'],
      kind: 'map',
      entry: openRecord(step, order),
    },
    accounts: { key: [], kind: 'map', entry: record(`${step}-account`, { orders: LONG }) },
    holdings: {
      key: ['account'],
      kind: 'map',
      entry: record(`${step}-holding`, {
        quantity: MONEY,
        update: LONG,
        bids: AMOUNTS,
        asks: AMOUNTS,
      }),
    },
    markets: {
      key: ['symbol'],
      entry: record(`${step}-market-state`, {
        time: TIME,
        came: TIME,
        update: LONG,
        end: nullable(TIME),
        market: nullable(kept),
      }),
    },
    due: {
      key: ['account'],
      kind: 'window',
      entry: record(`${step}-due`, { orders: { kind: 'list', items: LONG } }),
    },
    instruments: { key: ['symbol'], kind: 'window', entry: instrumentRecord(step) },
  }
}

function orderRecord(step: string, fields: Readonly<Record<string, Type>>): RecordType {
  return record(`${step}-order`, {
    ...fields,
    number: LONG,
    reaches: nullable(TIME),
    resting: BOOLEAN,
    triggered: BOOLEAN,
    fills: LONG,
    may_open: nullable(MONEY),
    stop: nullable(MONEY),
    target: nullable(MONEY),
    stop_order: nullable(LONG),
    target_order: nullable(LONG),
    sibling: nullable(LONG),
  })
}

function openRecord(step: string, { side, type }: Readonly<Record<string, Type>>): RecordType {
  return record(`${step}-open`, {
    account: STRING,
    number: LONG,
    ...(side && { side }),
    ...(type && { type }),
    waits: nullable(DOUBLE),
  })
}

function instrumentRecord(step: string): RecordType {
  return record(`${step}-instrument`, {
    listed: BOOLEAN,
    tick: MONEY,
    lot: MONEY,
    min_quantity: nullable(MONEY),
    min_notional: nullable(MONEY),
  })
}
