// The stores of the risk gate, opened, and what can be read from several of them at once.
import type { Decimal } from '../../schemas/decimal.ts'
import { EVERY_ACCOUNT } from '../every-account.ts'
import { markPrice } from '../ledger/mark-price.ts'
import type { Binding, MapStore, Micros, Store, WindowStore } from '../operator.ts'
import { marketKind } from '../paper-venue/market-view.ts'
import { isHalted } from './commands.ts'
import { recentLosses } from './desk.ts'
import {
  type Approvals,
  type Cash,
  type Commands,
  type Desk,
  type Held,
  type Known,
  type Lot,
  type Open,
  type Sight,
} from './entries.ts'
import { type Exposed, exposures, grossBut, NOTHING, plus, worthOf } from './exposure.ts'
import type { GateConfig } from './gate-config.ts'
import type { Seen } from './gate-records.ts'
import type { View } from './limits/limit.ts'

export interface GateStores {
  readonly desks: Store<Desk>
  readonly known: MapStore<Known>
  readonly positions: MapStore<Held>
  readonly open: MapStore<Open>
  readonly approvals: WindowStore<Approvals> | undefined
  readonly cash: Store<Cash> | undefined
  readonly lots: Store<Lot> | undefined
  readonly market: Store<Sight> | undefined
  readonly commands: Store<Commands> | undefined
}

export function openStores({ config, store, map, window }: Binding<GateConfig>): GateStores {
  const { accounts, instruments, market, control, max_orders: rate } = config
  return {
    desks: store('desks'),
    known: map('known'),
    positions: map('positions'),
    open: map('open'),
    approvals: rate && window('approvals'),
    cash: accounts && store('cash'),
    lots: instruments && store('lots'),
    market: market && store('market'),
    commands: control && store('commands'),
  }
}

export interface Looked {
  readonly view: View
  readonly seen: Seen
}

export interface Desks {
  /** What is known for a decision about an instrument of an account. */
  readonly look: (about: LookAt) => Looked
  /** What the market of an instrument is worth; null where it cannot be traded on. */
  readonly priceOf: (symbol: string) => Decimal | null
}

interface LookAt {
  readonly account: string
  readonly symbol: string
  readonly now: Micros
  /** What the order is valued by. */
  readonly price: Decimal | null
}

export function readDesks(stores: GateStores, { config, streams }: Binding<GateConfig>): Desks {
  const { breaker, max_orders: rate } = config
  const market = config.market && streams.get(config.market.stream)
  const kind = market && marketKind(market.record)
  const priceOf = (symbol: string): Decimal | null => {
    const sight = stores.market?.get(symbol)
    return (sight && kind && markPrice(sight.record, kind)) ?? null
  }
  const approved = (account: string, now: Micros): number => {
    if (stores.approvals === undefined || rate === undefined) return 0
    let count = 0
    for (const [, each] of stores.approvals.entries(account, now - rate.within + 1)) {
      count += each.count
    }
    return count
  }
  const look = ({ account, symbol, now, price }: LookAt): Looked => {
    const desk = stores.desks.get(account)
    const all = exposures({
      positions: stores.positions.entries(account),
      open: stores.open.entries(account),
      marketPrice: priceOf,
    })
    const own: Exposed = all.get(symbol) ?? NOTHING
    const others = grossBut(all, symbol)
    const { position, buys, sells } = own
    const sight = stores.market?.get(symbol)
    const numbers = {
      price,
      equity: desk?.equity ?? stores.cash?.get(account)?.cash ?? null,
      position,
      drawdown: desk?.drawdown ?? null,
      losses: breaker ? recentLosses(desk?.losses ?? [], now, breaker.within) : 0,
      orders: approved(account, now),
    }
    const age = sight && now - sight.seen
    const view: View = {
      ...numbers,
      buys,
      sells,
      now,
      others,
      isHalted: isHalted(stores.commands?.get(EVERY_ACCOUNT)?.given ?? [], account, symbol),
      isLatched: desk?.is_latched ?? false,
      pausedUntil: desk?.paused_until ?? null,
      market: age === undefined ? null : { age, isSound: priceOf(symbol) !== null },
    }
    const exposure = plus(others, worthOf(own, price ?? own.price))
    const seen: Seen = { ...numbers, open: buys.minus(sells), exposure, marketAge: age ?? null }
    return { view, seen }
  }
  return { look, priceOf }
}
