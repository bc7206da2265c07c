import { expect, test } from 'vitest'
import { BOOLEAN, DOUBLE, DURATION, LONG, TIME } from '../../schemas/type.ts'
import { repeat, valuesOf, walk } from './harness.ts'
import { prev } from './prev.ts'

test('gives the value of the record before, and none for the first', () => {
  expect(valuesOf(prev, [undefined], [1, 2, 3])).toEqual([NaN, 1, 2])
})

test.each([1, 2, 7])('gives the value of n = %i records ago from record n + 1 on', (n) => {
  const values = walk(13, 40)
  expect(prev.lookback([n])).toBe(n)
  expect(valuesOf(prev, [n], values)).toEqual([...repeat(NaN, n), ...values.slice(0, -n)])
})

test('has the type of its argument', () => {
  for (const type of [BOOLEAN, DOUBLE, LONG, TIME, DURATION]) expect(prev.result([type])).toBe(type)
})

test('repeats a flat series', () => {
  expect(valuesOf(prev, [2], repeat(0.1, 5))).toEqual([NaN, NaN, 0.1, 0.1, 0.1])
})

test('keeps every bit of extreme values', () => {
  const values = [-0, 0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1_700_000_000_000_001]
  const got = valuesOf(prev, [undefined], [...values, 0]).slice(1)
  expect(got.every((value, index) => Object.is(value, values[index]))).toBe(true)
})
