// What the risk gate remembers, by store. All of it is there again after a crash: what an account
// holds and has open, its latch and its losses, which commands hold.
import type { Decimal } from '../../schemas/decimal.ts'
import {
  BOOLEAN,
  DOUBLE,
  LONG,
  nullable,
  type RecordField,
  STRING,
  TIME,
  type Type,
  type Value,
} from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreKind, StoreType } from '../../topology/signature.ts'
import type { Micros } from '../operator.ts'
import type { GateConfig } from './gate-config.ts'
import { INTENT, type Intent } from './gate-records.ts'
import { MONEY, type Side } from '../paper-venue/amounts.ts'

/** Of an account. */
export interface Desk {
  /** Decisions so far: the counter in the next order's id. */
  decided: number
  /** Null until the portfolio has spoken. */
  equity: Decimal | null
  /** As it counts for the latch: after a reset from `peak`. */
  drawdown: number | null
  /** Highest equity since the last reset; null without one. */
  peak: Decimal | null
  is_latched: boolean
  /** When the last losing round trips in a row ended. */
  losses: Micros[]
  paused_until: Micros | null
}

/** Of an account and instrument. */
export interface Held {
  quantity: Decimal
  /** What it was valued at last. */
  price: Decimal | null
}

/** An order that is approved and not final, by account and order id. */
export interface Open {
  symbol: string
  side: Side
  /** What is not filled yet. */
  quantity: Decimal
  price: Decimal | null
  intent: Intent
}

/** When a market was seen last, and the fields of it that are needed. */
export interface Sight {
  seen: Micros
  /** Its event time. */
  time: Micros
  record: Value
}

/** Of an instrument. */
export interface Lot {
  since: Micros
  lot: Decimal | null
  min_quantity: Decimal | null
  min_notional: Decimal | null
}

/** The commands that hold, in the order given: of those that speak of an order the last decides. */
export interface Commands {
  given: { account: string; symbol: string | null; is_halted: boolean }[]
}

/** Of a row of the table of accounts; a deleted one stays, so that no late-comer brings it back. */
export interface Cash {
  since: Micros
  cash: Decimal | null
}

/** An account that this task has seen orders or holdings of: it is the task's own. */
export interface Known {
  since: Micros
}

/** Orders approved at one instant. */
export interface Approvals {
  count: number
}

export function gateStores(
  step: string,
  { accounts, instruments, market, control, max_orders: rate }: GateConfig,
  marketFields: readonly RecordField[],
): Readonly<Record<string, StoreType>> {
  const make: Make = (name, key, fields, kind = 'value') => {
    const entry = inferredRecord(`${step}-${name}`, Object.entries(fields).map(fieldOf))
    return { [name]: { key, entry, kind } }
  }
  const record = inferredRecord(`${step}-market-record`, marketFields)
  const rule = inferredRecord(`${step}-command`, Object.entries(COMMAND).map(fieldOf))
  const account = ['account']
  const approvals = make('approvals', account, { count: LONG }, 'window').approvals
  return {
    ...make('desks', account, DESK),
    ...make('known', [], { since: TIME }, 'map'),
    ...make('positions', account, { quantity: MONEY, price: nullable(MONEY) }, 'map'),
    ...make('open', account, OPEN, 'map'),
    ...(rate && approvals && { approvals: { ...approvals, keep: rate.within } }),
    ...(accounts && make('cash', account, { since: TIME, cash: nullable(MONEY) })),
    ...(instruments && make('lots', ['symbol'], LOT)),
    ...(market && make('market', ['symbol'], { seen: TIME, time: TIME, record })),
    ...(control && make('commands', [], { given: { kind: 'list', items: rule } })),
  }
}

type Fields = Readonly<Record<string, Type>>
type Make = (
  name: string,
  key: readonly string[],
  fields: Fields,
  kind?: StoreKind,
) => Readonly<Record<string, StoreType>>

const DESK: Fields = {
  decided: LONG,
  equity: nullable(MONEY),
  drawdown: nullable(DOUBLE),
  peak: nullable(MONEY),
  is_latched: BOOLEAN,
  losses: { kind: 'list', items: TIME },
  paused_until: nullable(TIME),
}

const OPEN: Fields = {
  symbol: STRING,
  side: LONG,
  quantity: MONEY,
  price: nullable(MONEY),
  intent: INTENT,
}

const LOT: Fields = {
  since: TIME,
  lot: nullable(MONEY),
  min_quantity: nullable(MONEY),
  min_notional: nullable(MONEY),
}

const COMMAND: Fields = { account: STRING, symbol: nullable(STRING), is_halted: BOOLEAN }

function fieldOf([name, type]: readonly [string, Type]): RecordField {
  return { name, type }
}
