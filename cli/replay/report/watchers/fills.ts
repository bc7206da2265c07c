// Watches fills: marks on the charts, round trips, and what trading cost by account and instrument.
import { Decimal, decimalText } from '../../../../schemas/decimal.ts'
import type { ReportFills } from '../report-data.ts'
import type { MarkWatch } from './marks.ts'
import { roundTrips, type RoundTrips } from './round-trips.ts'
import { byText, entryOf, type Needs, type See } from './watcher.ts'

export const FILL_FIELDS: Needs = {
  ...{ account: 'text', symbol: 'text', side: 'number' },
  ...{ quantity: 'number', price: 'number', fee: 'number' },
}

export interface FillWatch {
  readonly see: See
  readonly trips: RoundTrips
  readonly costs: () => readonly ReportFills[]
}

interface Costs {
  readonly account: string
  readonly symbol: string
  fills: number
  maker: number
  bought: Decimal
  sold: Decimal
  value: Decimal
  fees: Decimal
  /** Paid beyond the middle, and the value of the fills whose middle is known. */
  beyond: number
  beyondOf: number
}

const ZERO = new Decimal(0)

export function watchFills(marks: MarkWatch): FillWatch {
  const found = new Map<string, Costs>()
  const trips = roundTrips()
  return {
    see: ({ available, value }) => {
      const [account, symbol] = [String(value.account), String(value.symbol)]
      const side = Math.sign(Number(value.side))
      if (side !== 1 && side !== -1) return
      const quantity = new Decimal(value.quantity as Decimal)
      const [price, fee] = [new Decimal(value.price as Decimal), new Decimal(value.fee as Decimal)]
      const [amount, at] = [quantity.toNumber(), price.toNumber()]
      marks.add(symbol, { time: available, side, price: at, quantity: amount, count: 1 })
      trips.add({ account, symbol, side, quantity, price, fee })
      const name = JSON.stringify([account, symbol])
      const costs = entryOf(found, name, () => newCosts(account, symbol))
      costs.fills += 1
      if (value.liquidity === 'maker') costs.maker += 1
      if (side > 0) costs.bought = costs.bought.plus(quantity)
      else costs.sold = costs.sold.plus(quantity)
      costs.value = costs.value.plus(quantity.times(price))
      costs.fees = costs.fees.plus(fee)
      if (typeof value.mid !== 'number') return
      costs.beyond += side * (at - value.mid) * amount
      costs.beyondOf += at * amount
    },
    trips,
    costs: () =>
      [...found.values()]
        .toSorted((a, b) => byText(a.account, b.account) || byText(a.symbol, b.symbol))
        .map(({ bought, sold, value, fees, beyond, beyondOf, ...rest }) => ({
          ...rest,
          bought: decimalText(bought),
          sold: decimalText(sold),
          value: decimalText(value),
          fees: decimalText(fees),
          beyondMid: beyondOf > 0 ? beyond / beyondOf : null,
        })),
  }
}

function newCosts(account: string, symbol: string): Costs {
  const sums = { bought: ZERO, sold: ZERO, value: ZERO, fees: ZERO }
  return { account, symbol, fills: 0, maker: 0, ...sums, beyond: 0, beyondOf: 0 }
}
