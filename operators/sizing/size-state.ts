// What `size` remembers: what the portfolio said last of each account, its positions and its round
// trips, and the rows of the tables.
import type { Decimal } from '../../schemas/decimal.ts'
import { LONG, type Type, type Value } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreType } from '../../topology/signature.ts'
import { type AsOfTable, tableOfLast, type Version } from '../as-of-table.ts'
import type { Binding, MapStore, Store } from '../operator.ts'
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

export const MONEY: Type = { kind: 'decimal', precision: 38, scale: 18 }

export function portfolioStores(step: string): Readonly<Record<string, StoreType>> {
  const key = ['account']
  const entry = (name: string, fields: Readonly<Record<string, Type>>) => {
    const listed = Object.entries(fields).map(([field, type]) => ({ name: field, type }))
    return inferredRecord(`${step}-${name}`, listed)
  }
  const trips = { wins: LONG, losses: LONG, won: MONEY, lost: MONEY }
  return {
    money: { key, entry: entry('money', { cash: MONEY, equity: MONEY }) },
    positions: { key, entry: entry('position', { quantity: MONEY }), kind: 'map' },
    trips: { key, entry: entry('trips', trips), kind: 'map' },
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
  readonly accounts: AsOfTable | undefined
  readonly instruments: AsOfTable | undefined
}

export function openState({ config, store, map }: Binding<SizeConfig>): State {
  const table = (name: string): AsOfTable =>
    tableOfLast(store<Version>(name), { maxAge: Number.POSITIVE_INFINITY, holds: true })
  const stores = () => ({ money: store('money'), positions: map('positions'), trips: map('trips') })
  return {
    portfolio: config.portfolio && (stores() as State['portfolio']),
    accounts: config.accounts && table('accounts'),
    instruments: config.instruments && table('instruments'),
  }
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
  Object.assign(
    money.edit(account, () => ({ cash, equity })),
    { cash, equity },
  )
  if (symbol !== null && quantity.isZero()) positions.delete(account, symbol)
  else if (symbol !== null)
    positions.edit(account, symbol, () => ({ quantity })).quantity = quantity
  if (closed === null) return
  const place = JSON.stringify(strategy)
  const next = withTrip(trips.get(account, place) ?? NO_TRIPS, closed)
  Object.assign(
    trips.edit(account, place, () => ({ ...next })),
    next,
  )
}
