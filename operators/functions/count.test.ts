import { expect, test } from 'vitest'
import { LONG } from '../../schemas/type.ts'
import { count } from './count.ts'
import { repeat, valuesOf } from './harness.ts'

test('counts from the first record on, whatever it holds', () => {
  expect(count.lookback([])).toBe(0)
  expect(count.result([])).toBe(LONG)
  expect(valuesOf(count, [], [7, 7, Number.MAX_VALUE, -0, 5e-324])).toEqual([1, 2, 3, 4, 5])
})

test('stays exact over many records', () => {
  const state = [2 ** 53 - 2]
  expect(count.kernel([]).update(state, 0, [], 0, 0, 0)).toBe(2 ** 53 - 1)
  expect(valuesOf(count, [], repeat(0, 1000)).at(-1)).toBe(1000)
})
