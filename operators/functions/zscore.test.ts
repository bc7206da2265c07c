import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { type Column, repeat, valuesOf } from './harness.ts'
import { zscore } from './zscore.ts'

function naive(values: Column, n: number): Column {
  return values.map((value, index) => {
    if (index < n - 1) return NaN
    const window = values.slice(index - n + 1, index + 1)
    const mean = window.reduce((sum, each) => sum + each, 0) / n
    const squares = window.reduce((sum, each) => sum + (each - mean) ** 2, 0)
    return squares === 0 ? 0 : (value - mean) / Math.sqrt(squares / n)
  })
}

test('gives the distance from the mean in deviations from the n-th value on', () => {
  const values = valuesOf(zscore, [4], [2, 4, 4, 2, 4, 2])
  expect(differences(values, [NaN, NaN, NaN, -1, 1 / Math.sqrt(3), -1])).toEqual([])
})

test.each(goldens)('equals the formula on the %s series', (_name, { close }) => {
  const [got, want] = [valuesOf(zscore, [20], close), naive(close, 20)]
  // Rounding of the mean keeps the naive formula from seeing that a window is flat.
  const flats = want.map((_, index) => new Set(close.slice(index - 19, index + 1)).size === 1)
  const mended = want.map((value, index) => (flats[index] ? 0 : value))
  expect(differences(got, mended)).toEqual([])
})

test('is 0 where the window is flat', () => {
  const values = [1e12, 1e-9, ...repeat(60000.1, 100)]
  expect(valuesOf(zscore, [20], values).slice(21)).toEqual(repeat(0, 81))
})

test('is finite for the greatest and the least doubles', () => {
  const { MAX_VALUE } = Number
  const values = [MAX_VALUE, -MAX_VALUE, 5, 5e-324, 0, 0, 1e-200, 3e-200]
  expect(valuesOf(zscore, [2], values)).toEqual([NaN, -1, 1, -1, -1, 0, 1, 1])
})
