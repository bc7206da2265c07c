import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { repeat, valuesOf, walk } from './harness.ts'
import { sma } from './sma.ts'

test('gives the mean of the last n values from the n-th on', () => {
  expect(valuesOf(sma, [3], [1, 2, 6, 4, 5, 0])).toEqual([NaN, NaN, 3, 4, 5, 3])
})

test('is the value itself for n = 1', () => {
  const values = walk(1, 50)
  expect(valuesOf(sma, [1], values)).toEqual(values)
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(sma, [14], close), of('SMA'))).toEqual([])
})

test('is exactly the value where the window is flat, whatever was before', () => {
  const values = [1e12, ...repeat(0.1, 40)]
  expect(valuesOf(sma, [14], values).slice(14)).toEqual(repeat(0.1, 27))
})

test('is finite for the greatest doubles, and forgets them with the window', () => {
  const values = [1e308, 1e308, -1e308, 1e308, 5e-324, -0, 3, 3, 4, 5]
  const means = valuesOf(sma, [3], values)
  const third = 1e308 / 3
  const expected = [NaN, NaN, third, third, 0, third, 1, 2, 10 / 3, 4]
  expect(differences(means, expected)).toEqual([])
})
