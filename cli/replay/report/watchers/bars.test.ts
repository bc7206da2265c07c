import { expect, test } from 'vitest'
import type { OutputRecord } from '../../../../runtime/reference/history.ts'
import { watchBars } from './bars.ts'

const SECOND = 1_000_000

/** A bar that begins at a second and lasts some, with prices around `price`. */
function bar(second: number, price: number, seconds = 1, symbol = 'A'): OutputRecord {
  const [time, end] = [second * SECOND, (second + seconds) * SECOND]
  const prices = { open: price, high: price + 2, low: price - 1, close: price + 1 }
  const value = { symbol, time, end, ...prices, volume: 3, count: 1 }
  return { key: symbol, time, available: end, value }
}

function seriesOf(bars: readonly OutputRecord[]) {
  const watch = watchBars()
  const see = watch.see('bars')
  for (const each of bars) see(each)
  return watch.series()
}

test('gives bars as they were while they are few', () => {
  const [series] = seriesOf([bar(1, 10), bar(2, 20)])
  expect(series?.bars()).toMatchObject({
    every: SECOND,
    bars: [
      { time: SECOND, open: 10, high: 12, low: 9, close: 11, volume: 3 },
      { time: 2 * SECOND, open: 20, high: 22, low: 19, close: 21, volume: 3 },
    ],
  })
  expect(series?.buyAndHold).toMatchObject({ first: 10, last: 21, lastTime: 3 * SECOND })
  expect(series?.gaps).toBeUndefined()
})

test('joins bars to longer ones past 5,000, with the same extremes', () => {
  const bars = Array.from({ length: 12_000 }, (_, second) => bar(second, second === 7_777 ? 1 : 50))
  const [series] = seriesOf(bars)
  const drawn = series?.bars()
  expect(drawn?.every).toBe(5 * SECOND)
  expect(drawn?.bars).toHaveLength(2_400)
  expect(Math.min(...(drawn?.bars ?? []).map(({ low }) => low))).toBe(0)
  expect(drawn?.bars.reduce((sum, { volume }) => sum + volume, 0)).toBe(36_000)
  expect(series?.written).toBe(12_000)
})

test('takes open and close by time, not by arrival', () => {
  const early = Array.from({ length: 6_000 }, (_, index) => bar(index + 10, 50))
  const [series] = seriesOf([bar(4, 7), ...early, bar(3, 5)])
  expect(series?.bars().bars[0]).toMatchObject({ time: 0, open: 5, close: 8 })
  expect(series?.buyAndHold.first).toBe(5)
})

test('counts what is missing, and what was filled in', () => {
  const empty = bar(2, 10)
  const filled = { ...empty, value: { ...empty.value, count: 0 } }
  const [series] = seriesOf([bar(1, 10), filled, bar(6, 10), bar(9, 10)])
  expect(series?.gaps).toMatchObject({ gaps: 2, missing: 5, longest: 3 * SECOND, filled: 1 })
})

test('takes the shortest of nested lengths, whichever comes first', () => {
  const [series] = seriesOf([bar(0, 10, 60), bar(60, 10), bar(61, 11), bar(60, 10, 60)])
  expect(series).toMatchObject({ every: SECOND, written: 2 })
})

test('has no one length where lengths are mixed', () => {
  const [series] = seriesOf([bar(0, 10, 3), bar(3, 10, 4), bar(7, 10, 2), bar(11, 10, 3)])
  expect(series).toMatchObject({ every: null, written: 4, gaps: undefined })
})

test('keeps instruments apart and passes over what is no bar', () => {
  const broken = bar(1, Number.NaN)
  const series = seriesOf([bar(1, 10, 1, 'B'), broken, bar(1, 20, 1, 'A')])
  expect(series.map(({ symbol }) => symbol)).toEqual(['B', 'A'])
})
