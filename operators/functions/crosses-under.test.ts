import { expect, test } from 'vitest'
import { BOOLEAN } from '../../schemas/type.ts'
import { crossesUnder } from './crosses-under.ts'
import { repeat, valuesOf } from './harness.ts'

test('is true on the record where a comes below b, not while it stays there', () => {
  const b = [1, 3, 3, 1, 3]
  const a = [2, 2, 2, 2, 2]
  expect(valuesOf(crossesUnder, [], a, b)).toEqual([NaN, 1, 0, 0, 1])
})

test('is true when a leaves b to the lower side after they were equal, whatever was before', () => {
  const b = [1, 2, 3, 2, 3]
  const a = repeat(2, 5)
  expect(valuesOf(crossesUnder, [], a, b)).toEqual([NaN, 0, 1, 0, 1])
})

test('is a boolean that the first record does not have', () => {
  expect(crossesUnder.result([])).toBe(BOOLEAN)
  expect(crossesUnder.lookback([])).toBe(1)
  expect(valuesOf(crossesUnder, [], [5], [1])).toEqual([NaN])
})

test('is false while both are flat, and for a zero of either sign', () => {
  expect(valuesOf(crossesUnder, [], repeat(1, 3), repeat(1, 3))).toEqual([NaN, 0, 0])
  expect(valuesOf(crossesUnder, [], [-0, 0, -0], [0, -0, 0])).toEqual([NaN, 0, 0])
})

test('sees the least difference and the greatest', () => {
  const { MAX_VALUE } = Number
  const b = [0, 5e-324, -MAX_VALUE, MAX_VALUE]
  const a = [0, 0, MAX_VALUE, -MAX_VALUE]
  expect(valuesOf(crossesUnder, [], a, b)).toEqual([NaN, 1, 0, 1])
})
