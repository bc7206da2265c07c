import { expect, test } from 'vitest'
import { goldens } from '../../test/oracle/golden.ts'
import { type Column, repeat, valuesOf, walk } from './harness.ts'
import { highest } from './highest.ts'

function naive(values: Column, n: number): Column {
  return values.map((_, index) =>
    index < n - 1 ? NaN : Math.max(...values.slice(index - n + 1, index + 1)),
  )
}

test('gives the greatest of the last n values from the n-th on', () => {
  const values = [1, 5, 2, 3, 4, 0, 0, 0]
  expect(valuesOf(highest, [3], values)).toEqual([NaN, NaN, 5, 5, 4, 4, 4, 0])
})

test.each(goldens)('equals the formula on the %s series', (_name, { close }) => {
  expect(valuesOf(highest, [14], close)).toEqual(naive(close, 14))
})

test.each([1, 2, 3, 4, 5, 7, 8, 16, 31, 100])('equals the formula for n = %i', (n) => {
  const rising = Array.from({ length: 350 }, (_, index) => index)
  const coarse = walk(11, 350).map((value) => Math.round(value * 2))
  for (const values of [rising, rising.toReversed(), walk(12, 350), coarse]) {
    expect(valuesOf(highest, [n], values)).toEqual(naive(values, n))
  }
})

test('is the value where the window is flat', () => {
  expect(valuesOf(highest, [3], repeat(-0.1, 9)).slice(2)).toEqual(repeat(-0.1, 7))
})

test('forgets the greatest doubles with the window', () => {
  const values = [1e308, -1e308, 5e-324, -5e-324, 3, 4, 5]
  expect(valuesOf(highest, [3], values)).toEqual(naive(values, 3))
})
