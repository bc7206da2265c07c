import { expect, test } from 'vitest'
import { builtInRecord } from '../../../../operators/built-in-record.ts'
import type { OutputRecord } from '../../../../runtime/reference/history.ts'
import { Decimal } from '../../../../schemas/decimal.ts'
import type { Value } from '../../../../schemas/type.ts'
import { ACCOUNT_FIELDS, EQUITY_FIELDS, watchAccounts } from './accounts.ts'
import { BAR_FIELDS } from './bars.ts'
import { FILL_FIELDS, watchFills } from './fills.ts'
import { makeLine } from './line.ts'
import { SIGNAL_FIELDS, signalMarks, watchMarks } from './marks.ts'
import { ORDER_FIELDS, watchOrders } from './orders.ts'
import { POSITION_FIELDS, watchPositions } from './positions.ts'
import { QUALITY_FIELDS, watchQuality } from './quality.ts'
import { ALERT_FIELDS, DECISION_FIELDS, watchRisk } from './risk.ts'
import { carries, type Needs, type See } from './watcher.ts'

function record(available: number, value: Value, key = 'k'): OutputRecord {
  return { key, value, time: 0, available }
}

function show(see: See, ...values: readonly Value[]): void {
  values.forEach((value, at) => see(record(at, value)))
}

const money = (text: string): Decimal => new Decimal(text)

test.each<[string, Needs]>([
  ['market/Bar', BAR_FIELDS],
  ['market/Quality', QUALITY_FIELDS],
  ['trading/Signal', SIGNAL_FIELDS],
  ['trading/Fill', FILL_FIELDS],
  ['trading/Order', ORDER_FIELDS],
  ['trading/Equity', EQUITY_FIELDS],
  ['trading/Position', POSITION_FIELDS],
  ['risk/Decision', DECISION_FIELDS],
  ['risk/Alert', ALERT_FIELDS],
  ['risk/Notice', ALERT_FIELDS],
  ['market/Notice', ALERT_FIELDS],
  ['ref/Account', ACCOUNT_FIELDS],
])('finds in %s what it reads', (name, needs) => {
  expect(carries(builtInRecord(name), needs)).toBe(true)
})

test('watches no record that lacks a field, or has another type there', () => {
  const { fields } = builtInRecord('trading/Signal')
  const record = { kind: 'record', name: 'trading.Signal', fields } as const
  expect(carries({ ...record, fields: fields.slice(1) }, SIGNAL_FIELDS)).toBe(false)
  const odd = fields.map((field) => ({ ...field, type: { kind: 'boolean' } as const }))
  expect(carries({ ...record, fields: odd }, SIGNAL_FIELDS)).toBe(false)
})

test('a line of a million points keeps its extremes, its first and its last', () => {
  const line = makeLine()
  for (let at = 0; at < 1_000_000; at += 1) {
    line.add(at * 1_000, at === 123_456 ? -7 : at === 654_321 ? 7 : Math.sin(at / 50_000))
  }
  const { records, times, values } = line.line()
  expect(records).toBe(1_000_000)
  expect(times.length).toBeLessThan(5_000)
  expect([Math.min(...values), Math.max(...values)]).toEqual([-7, 7])
  expect([times.at(0), times.at(-1)]).toEqual([0, 999_999_000])
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('an order counts once, by the state that it came to', () => {
  const order = { account: 'a', symbol: 'A', side: 1, type: 'limit', role: 'entry' }
  const amounts = { quantity: money('2'), filled: money('0'), price: money('10.5') }
  const state = (order_id: string, status: string, reason: string | null = null): Value => {
    return { ...order, ...amounts, order_id, status, reason }
  }
  const { see, orders } = watchOrders()
  show(
    see,
    ...[state('1', 'created'), state('2', 'created'), state('1', 'filled')],
    ...[state('3', 'rejected', 'no-market'), state('2', 'pending'), state('4', 'rejected')],
  )
  expect(orders()).toMatchObject({
    orders: 4,
    byStatus: [
      { name: 'rejected', count: 2 },
      { name: 'filled', count: 1 },
      { name: 'pending', count: 1 },
    ],
    reasons: [
      { status: 'rejected', tally: { name: 'no reason given', count: 1 } },
      { status: 'rejected', tally: { name: 'no-market', count: 1 } },
    ],
    open: [{ order: '2', status: 'pending', quantity: '2', price: '10.5' }],
    openCount: 1,
  })
})

test('decisions say what was refused, and alerts of refusals where there are none', () => {
  const decided = watchRisk()
  show(decided.decision, { verdict: 'approved', reason: null })
  show(decided.decision, { verdict: 'rejected', reason: 'max-position' })
  show(decided.refusal, { reason: 'max-position' })
  show(decided.alert, { reason: 'latched' })
  expect(decided.decisions()?.rejected).toEqual([{ name: 'max-position', count: 1 }])
  expect(decided.alerts()).toEqual([{ name: 'latched', count: 1 }])
  const refused = watchRisk()
  show(refused.refusal, { reason: 'halted' }, { reason: 'halted' })
  expect(refused.decisions()?.rejected).toEqual([{ name: 'halted', count: 2 }])
  expect(watchRisk().decisions()).toBeUndefined()
})

test('finds the start of an account in its table, else in what it gained, lost and paid', () => {
  const rest = { currency: 'USDT', drawdown: 0.02 }
  const worth = { realized: money('30'), unrealized: money('-5'), fees: money('1.5') }
  const accounts = watchAccounts()
  show(accounts.equity, { account: 'b', equity: money('1023.5'), ...worth, ...rest })
  show(accounts.equity, { account: 'b', equity: money('1010'), ...worth, ...rest, drawdown: 0.01 })
  show(accounts.account, { account: 'a', cash: money('900') }, { account: 'a', cash: money('500') })
  expect(accounts.accounts(undefined)).toMatchObject([
    { account: 'a', start: '500', equity: '500', gain: 0, lines: undefined },
    { account: 'b', start: '986.5', equity: '1010', maxDrawdown: 0.02 },
  ])
  show(accounts.account, { account: 'b', cash: money('1000') })
  expect(accounts.accounts(undefined)[1]).toMatchObject({ start: '1000', gain: 0.01 })
})

test('adds up what fills cost, and marks them where and when they were known', () => {
  const fill = { account: 'a', symbol: 'A', quantity: money('2'), liquidity: 'taker' }
  const marks = watchMarks()
  const fills = watchFills(marks)
  show(
    fills.see,
    { ...fill, side: 1, price: money('10'), fee: money('0.1'), mid: 9.5 },
    { ...fill, side: -1, price: money('12'), fee: money('-0.1'), mid: null, liquidity: 'maker' },
  )
  expect(fills.costs()).toMatchObject([
    { fills: 2, maker: 1, bought: '2', sold: '2', value: '44', fees: '0', beyondMid: 0.05 },
  ])
  expect(marks.of('A')).toEqual({
    records: 2,
    marks: [
      { time: 0, side: 1, price: 10, quantity: 2, count: 1 },
      { time: 1, side: -1, price: 12, quantity: 2, count: 1 },
    ],
  })
})

test('joins marks of a side when there are too many, at their average price', () => {
  const marks = watchMarks()
  const see = signalMarks(marks)
  for (let at = 0; at < 5_000; at += 1) see(record(at, { symbol: 'A', side: 1 }))
  see(record(9, { symbol: 'A', side: -1 }))
  see(record(9, { symbol: 'A', side: 0 }))
  const { records, marks: drawn } = marks.of('A')
  expect(records).toBe(5_001)
  expect(drawn.length).toBeLessThanOrEqual(2_001)
  expect(drawn.filter(({ side }) => side < 0)).toHaveLength(1)
  marks.add('B', { time: 0, side: 1, price: 10, quantity: 1, count: 1 })
  marks.add('B', { time: 0, side: 1, price: 20, quantity: 3, count: 1 })
  expect(marks.of('B').marks).toEqual([{ time: 0, side: 1, price: 17.5, quantity: 4, count: 2 }])
  expect(marks.of('C')).toEqual({ records: 0, marks: [] })
})

test('begins an account with the row that was known when it first traded', () => {
  const accounts = watchAccounts()
  const worth = { equity: money('2020'), realized: money('20'), unrealized: money('0') }
  accounts.equity(record(5, { account: 'a', ...worth, fees: money('0'), drawdown: 0 }))
  for (const [available, cash] of [
    [1, '1000'],
    [4, '2000'],
    [6, '9000'],
  ] as const) {
    accounts.account(record(available, { account: 'a', cash: money(cash) }))
  }
  expect(accounts.accounts(undefined)).toMatchObject([{ start: '2000', gain: 0.01 }])
})

test('keeps the last position of each account and instrument', () => {
  const { see, positions } = watchPositions()
  const position = { account: 'a', symbol: 'A', entry_price: null }
  show(see, { ...position, quantity: money('2') }, { ...position, quantity: money('0') })
  expect(positions()).toMatchObject([{ quantity: '0', entryPrice: null, mark: null }])
})

test('measures how long a book was not valid, by key', () => {
  const quality = watchQuality()
  const see = quality.marked('ladder', builtInRecord('market/Book'))
  if (see === undefined) throw new Error('a book says whether it is valid')
  const at = (available: number, key: string, valid: boolean): void =>
    see(record(available, { valid }, key))
  at(1, 'A', true)
  at(5, 'A', false)
  at(7, 'B', false)
  at(9, 'A', false)
  at(15, 'A', true)
  at(20, 'A', false)
  at(23, 'A', false)
  at(30, 'C', true)
  expect(quality.quality().invalid).toEqual([
    { topic: 'ladder', key: 'A', stretches: 2, total: 13, longest: 10, isOpen: true },
    { topic: 'ladder', key: 'B', stretches: 1, total: 0, longest: 0, isOpen: true },
  ])
})

test('counts flags, on records of their own and on others', () => {
  const quality = watchQuality()
  show(quality.flags('quality'), { symbol: 'A', check: 'gap' }, { symbol: 'A', check: 'gap' })
  const flags = { name: 'flags', type: { kind: 'list', items: { kind: 'string' } } } as const
  const flagged = { kind: 'record', name: 'q', fields: [flags] } as const
  const see = quality.marked('quotes', flagged)
  see?.(record(0, { flags: ['tight', 'gap'] }, 'B'))
  expect(quality.quality().flags).toEqual([
    { topic: 'quality', symbol: 'A', check: 'gap', count: 2 },
    { topic: 'quotes', symbol: 'B', check: 'gap', count: 1 },
    { topic: 'quotes', symbol: 'B', check: 'tight', count: 1 },
  ])
  expect(quality.marked('trades', builtInRecord('market/Trade'))).toBeUndefined()
})
