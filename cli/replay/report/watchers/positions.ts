// Watches positions: the last of each account and instrument.
import type { Value } from '../../../../schemas/type.ts'
import { decimalText } from '../../../../schemas/decimal.ts'
import type { ReportPosition } from '../report-data.ts'
import { textOrNull } from './amounts.ts'
import type { FilledPosition } from './round-trips.ts'
import { byText, type Needs, type See } from './watcher.ts'

export const POSITION_FIELDS: Needs = { account: 'text', symbol: 'text', quantity: 'number' }

export interface PositionWatch {
  readonly see: See
  readonly positions: () => readonly ReportPosition[]
}

export function watchPositions(): PositionWatch {
  const last = new Map<string, Value>()
  return {
    see: ({ value }) => void last.set(JSON.stringify([value.account, value.symbol]), value),
    positions: () => [...last.values()].map(positionOf).toSorted(byAccount),
  }
}

/** Where no topic has positions: what the fills have left. */
export function positionsOfFills(filled: readonly FilledPosition[]): readonly ReportPosition[] {
  const unknown = { mark: null, notional: null, realized: null, unrealized: null, fees: null }
  return filled
    .map(({ account, symbol, quantity, entryPrice }) => ({
      ...{ account, symbol, quantity: decimalText(quantity) },
      entryPrice: entryPrice === undefined ? null : decimalText(entryPrice),
      ...unknown,
    }))
    .toSorted(byAccount)
}

function positionOf(value: Value): ReportPosition {
  return {
    account: String(value.account),
    symbol: String(value.symbol),
    quantity: textOrNull(value.quantity) ?? '0',
    entryPrice: textOrNull(value.entry_price),
    mark: textOrNull(value.mark),
    notional: textOrNull(value.notional),
    realized: textOrNull(value.realized),
    unrealized: textOrNull(value.unrealized),
    fees: textOrNull(value.fees),
  }
}

function byAccount(a: ReportPosition, b: ReportPosition): number {
  return byText(a.account, b.account) || byText(a.symbol, b.symbol)
}
