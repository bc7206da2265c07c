import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { atr } from './atr.ts'
import { repeat, silenceOf, valuesOf, walk } from './harness.ts'

test('averages true ranges, gaps to the close before included, after n of them', () => {
  // True ranges: none for the first record, then 4 (gap up), 6 (gap down), 1.
  const [high, low, close] = [
    [10, 13, 9, 8],
    [8, 11, 7, 7],
    [9, 13, 8, 7.5],
  ]
  expect(valuesOf(atr, [2], high, low, close)).toEqual([NaN, NaN, 5, 3])
})

test.each([1, 14, 50])('has a lookback of n for n = %i', (n) => {
  const prices = walk(10, 100)
  expect(atr.lookback([n])).toBe(n)
  expect(silenceOf(valuesOf(atr, [n], prices, prices, prices))).toBe(n)
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { high, low, close, of }) => {
  expect(differences(valuesOf(atr, [14], high, low, close), of('ATR'))).toEqual([])
})

test('is 0 while nothing moves', () => {
  const flat = repeat(0.1, 10)
  expect(valuesOf(atr, [3], flat, flat, flat).slice(3)).toEqual(repeat(0, 7))
})

test('stays finite for the greatest doubles, and forgets them', () => {
  const { MAX_VALUE } = Number
  const calm = repeat(5, 3000)
  const high = [MAX_VALUE, MAX_VALUE, MAX_VALUE, 5e-324, ...calm]
  const low = [-MAX_VALUE, -MAX_VALUE, MAX_VALUE, -0, ...calm]
  const ranges = valuesOf(atr, [3], high, low, low).slice(3)
  expect(ranges.every(Number.isFinite)).toBe(true)
  expect(ranges.at(-1)).toBeCloseTo(0, 12)
})
