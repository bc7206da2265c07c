// What a portfolio remembers, by store: accounts, what they hold by instrument and by strategy, who
// holds an instrument, and the rows of the accounts' table.
import type { Decimal } from '../../schemas/decimal.ts'
import { LONG, nullable, type RecordField, STRING, TIME, type Type } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreType, StreamType } from '../../topology/signature.ts'
import { versionRecord } from '../as-of-table.ts'
import type { Micros } from '../operator.ts'
import { MONEY, ZERO } from '../paper-venue/amounts.ts'
import { FLAT, type Position } from './position.ts'

/** Sums over what an account holds, kept up with every fill and mark. */
export interface Account {
  /** Of its row when it first traded, or the first that came after; null before. */
  start: Decimal | null
  currency: string | null
  /** Cash since the start: sales less purchases and fees. */
  flow: Decimal
  realized: Decimal
  fees: Decimal
  cost: Decimal
  worth: Decimal
  exposure: Decimal
  /** Highest gain, of cash and worth over the start; not below 0. */
  peak: Decimal
  /** When a mark last led to positions and equity. */
  shown: Micros | null
}

/** Of an account and instrument, whoever wanted it. */
export interface Held extends Position {
  /** What it is valued at. */
  mark: Decimal
  /** The event time of the market that said so; null: it is the price of the last fill. */
  marked: Micros | null
  notional: Decimal
}

/** Of an account, instrument and strategy. */
export interface Part extends Position {
  strategy: string | null
  wins: number
  losses: number
}

export const NEW_ACCOUNT: Account = {
  start: null,
  currency: null,
  flow: ZERO,
  realized: ZERO,
  fees: ZERO,
  cost: ZERO,
  worth: ZERO,
  exposure: ZERO,
  peak: ZERO,
  shown: null,
}

export const NOTHING_HELD: Held = { ...FLAT, mark: ZERO, marked: null, notional: ZERO }

export function newPart(strategy: string | null): Part {
  return { ...FLAT, strategy, wins: 0, losses: 0 }
}

const POSITION: readonly RecordField[] = fieldsOf<Position>({
  quantity: MONEY,
  cost: MONEY,
  realized: MONEY,
  fees: MONEY,
  trip: MONEY,
})

/** @param cash the stream of the accounts' rows. */
export function portfolioStores(
  step: string,
  cash: StreamType,
): Readonly<Record<string, StoreType>> {
  const account = fieldsOf<Account>({
    start: nullable(MONEY),
    currency: nullable(STRING),
    flow: MONEY,
    realized: MONEY,
    fees: MONEY,
    cost: MONEY,
    worth: MONEY,
    exposure: MONEY,
    peak: MONEY,
    shown: nullable(TIME),
  })
  const held = [
    ...POSITION,
    ...fieldsOf<Omit<Held, keyof Position>>({
      mark: MONEY,
      marked: nullable(TIME),
      notional: MONEY,
    }),
  ]
  const part = [
    ...POSITION,
    ...fieldsOf<Omit<Part, keyof Position>>({
      strategy: nullable(STRING),
      wins: LONG,
      losses: LONG,
    }),
  ]
  const key = ['account']
  const holder = inferredRecord(`${step}-holder`, [{ name: 'since', type: TIME }])
  return {
    accounts: { key, entry: inferredRecord(`${step}-account`, account) },
    held: { key, entry: inferredRecord(`${step}-held`, held), kind: 'map' },
    parts: { key, entry: inferredRecord(`${step}-part`, part), kind: 'map' },
    holders: { key: ['symbol'], entry: holder, kind: 'map' },
    rows: { key: cash.key, entry: versionRecord(`${step}-rows`, cash.record) },
  }
}

/** Who holds an instrument. */
export interface Holder {
  since: Micros
}

function fieldsOf<E extends object>(types: Readonly<Record<keyof E, Type>>): RecordField[] {
  return Object.entries<Type>(types).map(([name, type]) => ({ name, type }))
}
