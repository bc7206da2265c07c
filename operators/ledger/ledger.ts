// The ledger of a portfolio: takes fills, marks and the rows of accounts in, and tells what has
// changed. All that a fill or a mark makes is computed before anything is written.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import type { AsOfTable, Version } from '../as-of-table.ts'
import type { MapStore, Micros, Store, Turn } from '../operator.ts'
import { ZERO } from '../paper-venue/amounts.ts'
import type { MarketKind } from '../paper-venue/market-view.ts'
import { putEntry, putPlaced } from '../put-entry.ts'
import {
  canBeTold,
  equityOf,
  heldAfterFill,
  heldAtMark,
  holdingOf,
  partAfterFill,
  positionOf,
  strategyOf,
  withHeld,
} from './account.ts'
import {
  type Account,
  type Held,
  type Holder,
  NEW_ACCOUNT,
  newPart,
  NOTHING_HELD,
  type Part,
} from './entries.ts'
import { piecesOf } from './flatten.ts'
import { markPrice } from './mark-price.ts'
import { money } from './position.ts'
import { readFill, type ReadFill, TOO_LARGE } from './read-fill.ts'

/** Why a record is held back. */
export const LEDGER_REASONS = {
  'invalid-mark': 'The market of an instrument that is held has no price: it is not valued anew.',
  'late-mark': 'A later market of the instrument is known: it is not valued by an earlier one.',
} as const

interface LedgerParts {
  readonly accounts: Store<Account>
  /** By account, then symbol. */
  readonly held: MapStore<Held>
  /** By account, then symbol and strategy as JSON. */
  readonly parts: MapStore<Part>
  /** By symbol, then account: those that hold some of it. */
  readonly holders: MapStore<Holder>
  readonly rows: AsOfTable
  /** Microseconds between what is told of an account because of marks. */
  readonly every: Micros
  /** What marks look like; undefined without any. */
  readonly market: MarketKind | undefined
}

/** A record of a market. */
interface Mark {
  readonly symbol: string
  readonly value: Value
  readonly time: Micros
}

interface Ledger {
  readonly fill: (turn: Turn, value: Value) => void
  readonly mark: (turn: Turn, record: Mark) => void
  readonly row: (turn: Turn, account: string, version: Version) => void
}

export function openLedger(parts: LedgerParts): Ledger {
  return {
    fill: (turn, value) => takeFill(parts, turn, value),
    mark: (turn, record) => takeMark(parts, turn, record),
    row: (turn, account, version) => takeRow(parts, turn, account, version),
  }
}

function takeFill(ledger: LedgerParts, turn: Turn, value: Value): void {
  const read = readFill(value)
  if (typeof read === 'string') {
    turn.reject('bad', read)
    return
  }
  if (!read.flattens) {
    countFill(ledger, turn, read)
    return
  }
  const { account, symbol } = read
  const own = [...ledger.parts.entries(account)].filter(([place]) => symbolAt(place) === symbol)
  for (const piece of piecesOf(
    read,
    own.map(([, part]) => part),
  )) {
    countFill(ledger, turn, piece)
  }
}

function countFill(ledger: LedgerParts, turn: Turn, read: ReadFill): void {
  const { account: name, symbol, strategy, quantity, side, price, fee } = read
  const { accounts, held, parts, holders, rows } = ledger
  const place = JSON.stringify([symbol, strategy])
  const before = held.get(name, symbol) ?? NOTHING_HELD
  const next = heldAfterFill(before, read)
  const { closed, ...part } = partAfterFill(parts.get(name, place) ?? newPart(strategy), read)
  const known = accounts.get(name) ?? {
    ...NEW_ACCOUNT,
    ...startOf(rows.find(name, turn.now, turn.now)),
  }
  const spent = money(quantity.times(side), price).plus(fee)
  const account = withHeld(known, [before, next], spent)
  if (!canBeTold(account, next, part)) {
    turn.reject('bad', TOO_LARGE)
    return
  }
  putEntry(accounts, name, account)
  putPlaced(held, name, symbol, next)
  putPlaced(parts, name, place, part)
  if (next.quantity.isZero()) holders.delete(symbol, name)
  else holders.edit(symbol, name, () => ({ since: turn.now }))
  const about = { account: name, symbol }
  const time = turn.now
  turn.emit(holdingOf(name, account, { symbol, strategy, held: next, closed }), { time })
  turn.emit(positionOf(about, next), { time, output: 'positions' })
  turn.emit(strategyOf(about, part, next.mark, closed), { time, output: 'strategies' })
  turn.emit(equityOf(name, account), { time, output: 'equity' })
}

function takeMark(ledger: LedgerParts, turn: Turn, { symbol, value, time }: Mark): void {
  const names = [...ledger.holders.entries(symbol)].map(([name]) => name)
  if (names.length === 0 || ledger.market === undefined) return
  const price = markPrice(value, ledger.market)
  if (price === undefined) {
    hold(turn, 'invalid-mark')
    return
  }
  const isLate = (name: string): boolean => (ledger.held.get(name, symbol)?.marked ?? time) > time
  if (names.some(isLate)) hold(turn, 'late-mark')
  for (const name of names) {
    if (!isLate(name)) revalue(ledger, turn, { name, symbol, price, time })
  }
}

function hold(turn: Turn, reason: keyof typeof LEDGER_REASONS): void {
  turn.hold(reason)
}

function revalue(
  ledger: LedgerParts,
  turn: Turn,
  { name, symbol, price, time }: { name: string; symbol: string; price: Decimal; time: Micros },
): void {
  const { accounts, held, every } = ledger
  const [before, known] = [held.get(name, symbol), accounts.get(name)]
  if (before === undefined || known === undefined) throw new Error('a holder holds nothing')
  const next = heldAtMark(before, price, time)
  const moved = withHeld(known, [before, next], ZERO)
  const isDue = moved.shown === null || turn.now - moved.shown >= every
  const account = isDue ? { ...moved, shown: turn.now } : moved
  if (!canBeTold(account, next)) {
    hold(turn, 'invalid-mark')
    return
  }
  putEntry(accounts, name, account)
  putPlaced(held, name, symbol, next)
  const changed = { symbol, strategy: null, held: next, closed: null }
  turn.emit(holdingOf(name, account, changed), { time: turn.now })
  if (isDue) tellAll(ledger, turn, name, account)
}

/** All that the account holds, so that what is told adds up. */
function tellAll({ held, parts }: LedgerParts, turn: Turn, name: string, account: Account): void {
  const time = turn.now
  for (const [symbol, each] of held.entries(name)) {
    if (each.quantity.isZero()) continue
    turn.emit(positionOf({ account: name, symbol }, each), { time, output: 'positions' })
  }
  for (const [place, part] of parts.entries(name)) {
    const symbol = symbolAt(place)
    const mark = held.get(name, symbol)?.mark
    if (part.quantity.isZero() || mark === undefined) continue
    const about = { account: name, symbol }
    turn.emit(strategyOf(about, part, mark, null), { time, output: 'strategies' })
  }
  turn.emit(equityOf(name, account), { time, output: 'equity' })
}

function symbolAt(place: string): string {
  const [symbol] = JSON.parse(place) as readonly [string]
  return symbol
}

/** An account that traded before its row came has its start from the first that comes. */
function takeRow(ledger: LedgerParts, turn: Turn, name: string, version: Version): void {
  const { rows, accounts } = ledger
  rows.put(name, version)
  const known = accounts.get(name)
  if (known === undefined || known.start !== null || version.value === null) return
  const account = { ...known, ...startOf(version.value) }
  putEntry(accounts, name, account)
  turn.emit(holdingOf(name, account), { time: turn.now })
  turn.emit(equityOf(name, account), { time: turn.now, output: 'equity' })
}

function startOf(row: Value | undefined): Pick<Account, 'start' | 'currency'> {
  if (row === undefined) return { start: null, currency: null }
  return { start: row.cash as Decimal, currency: row.currency as string }
}
