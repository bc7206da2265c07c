import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { repeat, resultsOf, silenceOf, valuesOf, walk } from './harness.ts'
import { macd } from './macd.ts'

test('seeds the fast average over the window that ends where that of the slow one does', () => {
  // Averages of (2, 3) and (1, 2, 3) at the third value, shares 2/3 and 1/2 from then on.
  const results = resultsOf(macd, [2, 3, 1], [1, 2, 3, 6])
  expect(results.slice(0, 2).flat().every(Number.isNaN)).toBe(true)
  expect(results[2]).toEqual([0.5, 0.5, 0])
  const [fast, slow] = [2.5 + (3.5 * 2) / 3, 4]
  expect(differences(results[3] ?? [], [fast - slow, fast - slow, 0])).toEqual([])
})

test.each([
  [12, 26, 9, 33],
  [2, 3, 1, 2],
  [1, 2, 5, 5],
])('has a lookback of slow + signal - 2 for %i, %i, %i', (fast, slow, signal, lookback) => {
  const constants = [fast, slow, signal]
  expect(macd.lookback(constants)).toBe(lookback)
  expect(silenceOf(valuesOf(macd, constants, walk(4, 60)))).toBe(lookback)
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  const results = resultsOf(macd, [12, 26, 9], close)
  ;['MACD', 'MACD_SIGNAL', 'MACD_HIST'].forEach((name, index) => {
    const column = results.map((each) => each[index] ?? NaN)
    expect(differences(column, of(name))).toEqual([])
  })
})

test.each([
  [26, 12],
  [12, 12],
])('refuses fast %i with slow %i', (fast, slow) => {
  expect(macd.refuse?.([fast, slow, 9])).toBe(
    `"fast" of "macd" must be less than "slow", but ${fast} is not less than ${slow}`,
  )
  expect(macd.refuse?.([11, 12, 9])).toBeUndefined()
})

test('is 0 while nothing moves', () => {
  expect(resultsOf(macd, [12, 26, 9], repeat(0.1, 60)).at(-1)).toEqual([0, 0, 0])
})

test('stays finite for the greatest doubles, and forgets them', () => {
  const { MAX_VALUE } = Number
  const signs = [-1, 1, -1, 1, -1]
  const blocks = signs.flatMap((sign) => repeat(sign * MAX_VALUE, 12))
  const results = resultsOf(macd, [2, 13, 9], [...blocks, 5e-324, ...repeat(5, 8000)])
  const ready = results.slice(macd.lookback([2, 13, 9]))
  expect(ready.flat().every(Number.isFinite)).toBe(true)
  expect(ready.some(([line = 0]) => Math.abs(line) === MAX_VALUE)).toBe(true)
  expect(ready.some(([, , hist = 0]) => Math.abs(hist) === MAX_VALUE)).toBe(true)
  expect(differences(results.at(-1) ?? [], [0, 0, 0])).toEqual([])
})
