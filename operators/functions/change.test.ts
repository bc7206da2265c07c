import { expect, test } from 'vitest'
import { DOUBLE, DURATION, LONG, TIME } from '../../schemas/type.ts'
import { change } from './change.ts'
import { repeat, valuesOf } from './harness.ts'

test('gives the difference from the record before, and none for the first', () => {
  expect(change.lookback([])).toBe(1)
  expect(valuesOf(change, [], [1, 4, 2.5])).toEqual([NaN, 3, -1.5])
})

test('is a duration for times and durations, else a double', () => {
  const types = [TIME, DURATION, LONG, DOUBLE]
  expect(types.map((type) => change.result([type]))).toEqual([DURATION, DURATION, DOUBLE, DOUBLE])
})

test('is 0 while nothing moves', () => {
  expect(valuesOf(change, [], repeat(0.1, 4))).toEqual([NaN, 0, 0, 0])
})

test('is the greatest double where the difference is beyond it, for that record alone', () => {
  const { MAX_VALUE } = Number
  const values = [-MAX_VALUE, MAX_VALUE, -MAX_VALUE, 5e-324, 0, 2]
  expect(valuesOf(change, [], values)).toEqual([NaN, MAX_VALUE, -MAX_VALUE, MAX_VALUE, -5e-324, 2])
})
