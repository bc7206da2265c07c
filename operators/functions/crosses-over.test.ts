import { expect, test } from 'vitest'
import { BOOLEAN } from '../../schemas/type.ts'
import { crossesOver } from './crosses-over.ts'
import { repeat, valuesOf } from './harness.ts'

test('is true on the record where a comes above b, not while it stays there', () => {
  const a = [1, 3, 3, 1, 3]
  const b = [2, 2, 2, 2, 2]
  expect(valuesOf(crossesOver, [], a, b)).toEqual([NaN, 1, 0, 0, 1])
})

test('is true when a leaves b to the upper side after they were equal, whatever was before', () => {
  const a = [1, 2, 3, 2, 3]
  const b = repeat(2, 5)
  expect(valuesOf(crossesOver, [], a, b)).toEqual([NaN, 0, 1, 0, 1])
})

test('is a boolean that the first record does not have', () => {
  expect(crossesOver.result([])).toBe(BOOLEAN)
  expect(crossesOver.lookback([])).toBe(1)
  expect(valuesOf(crossesOver, [], [5], [1])).toEqual([NaN])
})

test('is false while both are flat, and for a zero of either sign', () => {
  expect(valuesOf(crossesOver, [], repeat(1, 3), repeat(1, 3))).toEqual([NaN, 0, 0])
  expect(valuesOf(crossesOver, [], [-0, 0, -0], [0, -0, 0])).toEqual([NaN, 0, 0])
})

test('sees the least difference and the greatest', () => {
  const { MAX_VALUE } = Number
  const a = [0, 5e-324, -MAX_VALUE, MAX_VALUE]
  const b = [0, 0, MAX_VALUE, -MAX_VALUE]
  expect(valuesOf(crossesOver, [], a, b)).toEqual([NaN, 1, 0, 1])
})
