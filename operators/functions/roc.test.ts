import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { repeat, silenceOf, valuesOf, walk } from './harness.ts'
import { roc } from './roc.ts'

test('gives the change since n records ago in percent from record n + 1 on', () => {
  const values = valuesOf(roc, [2], [10, 20, 15, 10, 30])
  expect(differences(values, [NaN, NaN, 50, -50, 100])).toEqual([])
})

test.each([1, 10])('has a lookback of n for n = %i', (n) => {
  expect(roc.lookback([n])).toBe(n)
  expect(silenceOf(valuesOf(roc, [n], walk(14, 40)))).toBe(n)
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(roc, [10], close), of('ROC'))).toEqual([])
})

test('is 0 while nothing moves, and where the value was 0', () => {
  expect(valuesOf(roc, [1], [...repeat(0.1, 3), 0, 5, 0, -0, 7])).toEqual([
    NaN, 0, 0, -100, 0, -100, 0, 0,
  ]) // prettier-ignore
})

test('is the greatest double where the ratio is beyond it, for that record alone', () => {
  const { MAX_VALUE } = Number
  const values = [5e-324, 1e308, -1e308, 5e-324, -1e308, 1, 2]
  expect(valuesOf(roc, [1], values)).toEqual([NaN, MAX_VALUE, -200, -100, -MAX_VALUE, -100, 100])
})
