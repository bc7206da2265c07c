// Watches what accounts are worth: the last valuation, the deepest drawdown, and both as lines.
import { Decimal, decimalText } from '../../../../schemas/decimal.ts'
import type { Value } from '../../../../schemas/type.ts'
import type { Line, ReportAccount } from '../report-data.ts'
import { amountOf, textOrNull } from './amounts.ts'
import { makeLine, type LineMaker } from './line.ts'
import type { RoundTrips } from './round-trips.ts'
import { byText, entryOf, type Needs, type See } from './watcher.ts'

export const EQUITY_FIELDS: Needs = {
  ...{ account: 'text', equity: 'number', realized: 'number', unrealized: 'number' },
  ...{ fees: 'number', drawdown: 'number' },
}
export const ACCOUNT_FIELDS: Needs = { account: 'text', cash: 'number' }

export interface AccountWatch {
  readonly equity: See
  /** Rows of a table of accounts: it starts with the one that was known when it first traded. */
  readonly account: See
  readonly accounts: (trips: RoundTrips | undefined) => readonly ReportAccount[]
}

interface Valued {
  /** When it was valued first. */
  readonly since: number
  last: Value
  maxDrawdown: number
  readonly equity: LineMaker
  readonly drawdown: LineMaker
}

interface Row {
  readonly available: number
  readonly value: Value
}

const MOST_DRAWN = 8

export function watchAccounts(): AccountWatch {
  const valued = new Map<string, Valued>()
  const rows = new Map<string, Row[]>()
  return {
    equity: ({ available, value }) => {
      const drawdown = Number(value.drawdown)
      const held = entryOf(valued, String(value.account), () => ({
        ...{ since: available, last: value, maxDrawdown: 0 },
        ...{ equity: makeLine(), drawdown: makeLine() },
      }))
      held.last = value
      if (drawdown > held.maxDrawdown) held.maxDrawdown = drawdown
      held.equity.add(available, Number(value.equity))
      held.drawdown.add(available, drawdown)
    },
    account: ({ available, value }) => {
      entryOf(rows, String(value.account), (): Row[] => []).push({ available, value })
    },
    accounts: (trips) => {
      const names = [...new Set([...valued.keys(), ...rows.keys()])].toSorted(byText)
      const drawn = new Set(names.filter((name) => valued.has(name)).slice(0, MOST_DRAWN))
      return names.map((name) => {
        const held = valued.get(name)
        const account = held ? worthOf(held, rows.get(name) ?? []) : idle(rows.get(name) ?? [])
        const lines = held && drawn.has(name) ? linesOf(held) : undefined
        return { account: name, ...account, trades: trips?.of(name), lines }
      })
    },
  }
}

type Worth = Omit<ReportAccount, 'account' | 'trades' | 'lines'>

/** Of an account that was never valued, as it had no fill. */
function idle(rows: readonly Row[]): Worth {
  const row = rows.at(-1)?.value ?? {}
  const cash = textOrNull(row.cash) ?? '0'
  const nothing = { realized: '0', unrealized: '0', fees: '0', maxDrawdown: 0 }
  return { currency: currencyOf(row), start: cash, equity: cash, gain: 0, ...nothing }
}

function worthOf({ since, last, maxDrawdown }: Valued, rows: readonly Row[]): Worth {
  const row = (rows.findLast(({ available }) => available <= since) ?? rows[0])?.value
  const equity = amountOf(last.equity) ?? new Decimal(0)
  const start = amountOf(row?.cash) ?? startOf(last, equity)
  return {
    currency: currencyOf(last),
    start: decimalText(start),
    equity: decimalText(equity),
    gain: start.gt(0) ? equity.div(start).minus(1).toNumber() : null,
    realized: textOrNull(last.realized) ?? '0',
    unrealized: textOrNull(last.unrealized) ?? '0',
    fees: textOrNull(last.fees) ?? '0',
    maxDrawdown,
  }
}

function currencyOf({ currency }: Value): string {
  return typeof currency === 'string' ? currency : ''
}

/** What equity was before anything was gained, lost or paid; roundings of averages taken off. */
function startOf({ realized, unrealized, fees }: Value, equity: Decimal): Decimal {
  const zero = new Decimal(0)
  const gained = (amountOf(realized) ?? zero).plus(amountOf(unrealized) ?? zero)
  return equity
    .minus(gained)
    .plus(amountOf(fees) ?? zero)
    .toDecimalPlaces(8)
}

function linesOf({ equity, drawdown }: Valued): { equity: Line; drawdown: Line } {
  return { equity: equity.line(), drawdown: drawdown.line() }
}
