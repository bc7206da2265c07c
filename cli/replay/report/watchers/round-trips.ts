// Round trips from fills: a trade begins when a position leaves zero and ends when it is zero
// again, or when a fill turns it over, which ends one and begins the next.
import { Decimal, decimalText } from '../../../../schemas/decimal.ts'
import type { ReportTrades, TradeCounts } from '../report-data.ts'
import { entryOf } from './watcher.ts'

export interface TradeFill {
  readonly account: string
  readonly symbol: string
  /** +1 or -1. */
  readonly side: number
  readonly quantity: Decimal
  readonly price: Decimal
  readonly fee: Decimal
}

export interface RoundTrips {
  readonly add: (fill: TradeFill) => void
  readonly all: () => ReportTrades
  readonly of: (account: string) => TradeCounts
  /** What fills have left: quantity (below 0 when short) and its average price. */
  readonly positions: () => readonly FilledPosition[]
}

export interface FilledPosition {
  readonly account: string
  readonly symbol: string
  readonly quantity: Decimal
  readonly entryPrice: Decimal | undefined
}

interface Trip {
  readonly account: string
  readonly symbol: string
  quantity: Decimal
  /** Paid, less received, fees left out; since the position left zero. */
  cost: Decimal
  fees: Decimal
  /** Of what is held: the sum of price x quantity, with the sign of the quantity. */
  basis: Decimal
}

const ZERO = new Decimal(0)

export function roundTrips(): RoundTrips {
  const trips = new Map<string, Trip>()
  const counts = new Map<string, Counts>()
  const total = newCounts()
  const end = (trip: Trip): void => {
    const gain = trip.cost.neg().minus(trip.fees)
    count(total, gain)
    count(entryOf(counts, trip.account, newCounts), gain)
    Object.assign(trip, { quantity: ZERO, cost: ZERO, fees: ZERO, basis: ZERO })
  }
  return {
    add: (fill) => {
      const { account, symbol } = fill
      const name = JSON.stringify([account, symbol])
      const none = { quantity: ZERO, cost: ZERO, fees: ZERO, basis: ZERO }
      const trip = entryOf(trips, name, () => ({ account, symbol, ...none }))
      const closes = trip.quantity.s !== fill.side && !trip.quantity.isZero()
      const rest = closes ? fill.quantity.minus(trip.quantity.abs()) : ZERO
      if (!rest.gt(0)) {
        book(trip, fill)
        if (trip.quantity.isZero()) end(trip)
        return
      }
      const share = trip.quantity.abs().div(fill.quantity)
      const closing = { quantity: trip.quantity.abs(), fee: fill.fee.times(share) }
      book(trip, { ...fill, ...closing })
      end(trip)
      book(trip, { ...fill, quantity: rest, fee: fill.fee.minus(closing.fee) })
    },
    all: () => ({ ...countsOf(total), open: [...trips.values()].filter(isOpen).length }),
    of: (account) => countsOf(counts.get(account) ?? newCounts()),
    positions: () =>
      [...trips.values()].map(({ account, symbol, quantity, basis }) => ({
        account,
        symbol,
        quantity,
        entryPrice: quantity.isZero() ? undefined : basis.div(quantity),
      })),
  }
}

/** Takes in a fill that does not turn the position over. */
function book(trip: Trip, { side, quantity, price, fee }: TradeFill): void {
  const signed = quantity.times(side)
  const opens = trip.quantity.isZero() || trip.quantity.s === side
  const held = opens ? price : trip.basis.div(trip.quantity)
  trip.basis = trip.basis.plus(held.times(signed))
  trip.quantity = trip.quantity.plus(signed)
  trip.cost = trip.cost.plus(price.times(signed))
  trip.fees = trip.fees.plus(fee)
}

function isOpen({ quantity }: Trip): boolean {
  return !quantity.isZero()
}

interface Counts {
  trades: number
  wins: number
  gained: Decimal
  lost: Decimal
  best: Decimal | undefined
  worst: Decimal | undefined
}

function newCounts(): Counts {
  return { trades: 0, wins: 0, gained: ZERO, lost: ZERO, best: undefined, worst: undefined }
}

function count(counts: Counts, gain: Decimal): void {
  counts.trades += 1
  if (gain.gt(0)) counts.wins += 1
  if (gain.gt(0)) counts.gained = counts.gained.plus(gain)
  else counts.lost = counts.lost.plus(gain)
  counts.best = counts.best === undefined ? gain : Decimal.max(counts.best, gain)
  counts.worst = counts.worst === undefined ? gain : Decimal.min(counts.worst, gain)
}

function countsOf({ trades, wins, gained, lost, best, worst }: Counts): TradeCounts {
  return {
    trades,
    wins,
    gained: decimalText(gained),
    lost: decimalText(lost),
    best: best === undefined ? null : decimalText(best),
    worst: worst === undefined ? null : decimalText(worst),
  }
}
