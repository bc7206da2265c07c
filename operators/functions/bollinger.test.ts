import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { bollinger } from './bollinger.ts'
import { resultsOf, valuesOf } from './harness.ts'

test('gives the bands above and below the mean from the n-th value on', () => {
  const results = resultsOf(bollinger, [4, 2], [2, 4, 4, 2, 10])
  expect(results.slice(0, 3).flat().every(Number.isNaN)).toBe(true)
  expect(results[3]).toEqual([5, 3, 1])
  expect(differences(results[4] ?? [], [11, 5, -1])).toEqual([])
})

test('names its results in the order in which they are given', () => {
  const type = bollinger.result([])
  expect(type).toMatchObject({ fields: [{ name: 'upper' }, { name: 'middle' }, { name: 'lower' }] })
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  const results = resultsOf(bollinger, [20, 2], close)
  ;['BB_UPPER', 'BB_MIDDLE', 'BB_LOWER'].forEach((name, index) => {
    const column = results.map((each) => each[index] ?? NaN)
    expect(differences(column, of(name))).toEqual([])
  })
})

test('has both bands on the mean where the window is flat, and with k = 0', () => {
  expect(resultsOf(bollinger, [3, 2], [9, 0.1, 0.1, 0.1]).at(-1)).toEqual([0.1, 0.1, 0.1])
  expect(resultsOf(bollinger, [2, 0], [2, 4]).at(-1)).toEqual([3, 3, 3])
})

test('has the greatest double for bands beyond it, and forgets it with the window', () => {
  const { MAX_VALUE } = Number
  const results = resultsOf(bollinger, [2, 3], [MAX_VALUE, -MAX_VALUE, 1, 3])
  expect(results[1]).toEqual([MAX_VALUE, 0, -MAX_VALUE])
  expect(results[3]).toEqual([5, 2, -1])
  expect(valuesOf(bollinger, [2, 3], [5e-324, -0]).at(-1)).toBeGreaterThanOrEqual(0)
})
