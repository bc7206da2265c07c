import { expect, test } from 'vitest'
import type { Topic, Update } from './answers.ts'
import { barOf, Kept, markOf, topicsOfRoles, worthOf } from './series.ts'

function topic(name: string, fields: string, role: Topic['role'] = 'output'): Topic {
  return {
    ...{ name, role, topic: name, schema: '', key: [], partitions: 1, lateness: 0 },
    fields: fields.split(' ').map((each) => ({ name: each, type: 'double' })),
  }
}

function update(value: Update['value'], time = 2_000): Update {
  return { position: 't/0@1', key: 'k', time, value }
}

const BARS = topic('bars', 'symbol time end open high low close')
const FILLS = topic('fills', 'account symbol side quantity price fee')
const SIGNALS = topic('signals', 'symbol side stop')

test('knows topics by their fields', () => {
  const orders = topic('orders', 'order_id account symbol side quantity')
  const raw = topic('raw', 'symbol time end open high low close', 'input')
  const equity = topic('equity', 'account equity drawdown')
  const found = topicsOfRoles([raw, orders, FILLS, SIGNALS, BARS, equity])
  expect([...found].map(([role, { name }]) => `${role}: ${name}`).toSorted()).toEqual([
    ...['bars: bars', 'equity: equity', 'fills: fills', 'signals: signals'],
  ])
})

test('reads bars, marks and worths, decimals too, in milliseconds', () => {
  const bar = { symbol: 'A', time: 1_000, end: 2_000, open: 1, high: 3, low: 1, close: '2.5' }
  expect(barOf(update(bar))).toEqual({ ...bar, time: 1, end: 2, close: 2.5 })
  expect(markOf(update({ symbol: 'A', side: -1, price: '7', quantity: '0.5' }))).toEqual({
    ...{ symbol: 'A', time: 2, side: -1, price: 7, quantity: 0.5 },
  })
  expect(markOf(update({ symbol: 'A', side: 1 }))).toMatchObject({ price: null, quantity: null })
  expect(worthOf(update({ account: 'a', equity: '10', drawdown: 0.1 }))).toEqual({
    ...{ account: 'a', time: 2, equity: 10, drawdown: 0.1, currency: '' },
  })
})

test.each([[null], [{ symbol: 'A' }], [{ symbol: 'A', side: 0, open: null }]])(
  'leaves out what is none: %j',
  (value) => {
    expect([barOf, markOf, worthOf].map((read) => read(update(value)))).toEqual([
      ...[undefined, undefined, undefined],
    ])
  },
)

test('keeps the newest of each key, by time, and one of each position', () => {
  const kept = new Kept<{ time: number; key: string }>(2, ({ key }) => key)
  for (const [position, time] of [
    ['p1', 1],
    ['p3', 3],
    ['p3', 3],
    ['p2', 2],
  ] as const) {
    kept.add(position, { time, key: 'b' })
  }
  kept.add('p1', { time: 9, key: 'a' })
  expect(kept.keys).toEqual(['a', 'b'])
  expect(kept.of('b').map(({ time }) => time)).toEqual([2, 3])
  expect(kept.of('nobody')).toEqual([])
})
