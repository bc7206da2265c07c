import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { type Column, repeat, valuesOf, walk } from './harness.ts'
import { wma } from './wma.ts'

test('weighs the newest value most, from the n-th on', () => {
  const values = valuesOf(wma, [3], [6, 12, 18, 0, 6])
  expect(differences(values, [NaN, NaN, 14, 8, 6])).toEqual([])
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(wma, [14], close), of('WMA'))).toEqual([])
})

function naive(values: Column, n: number): Column {
  return values.map((_, index) => {
    const window = values.slice(index - n + 1, index + 1)
    const sum = window.reduce((total, value, place) => total + (place + 1) * value, 0)
    return index < n - 1 ? NaN : sum / ((n * (n + 1)) / 2)
  })
}

test.each([1, 2, 5, 60])('equals the formula for n = %i, jumps included', (n) => {
  const values = walk(5, 400).map((value, index) => (index % 97 === 50 ? value * 1e7 : value))
  const calm = walk(6, 400)
  expect(differences(valuesOf(wma, [n], values), naive(values, n))).toEqual([])
  expect(differences(valuesOf(wma, [n], calm), naive(calm, n))).toEqual([])
})

test('is exactly the value where the window is flat, whatever was before', () => {
  const values = [1e12, ...repeat(0.1, 40)]
  expect(valuesOf(wma, [14], values).slice(14)).toEqual(repeat(0.1, 27))
})

test('is finite for the greatest doubles, and forgets them with the window', () => {
  const means = valuesOf(wma, [3], [1e308, 1e308, -1e308, 1e308, 5e-324, -0, 3, 6])
  const inHuge = means.slice(2, 6).map((mean) => mean / 1e308)
  expect(differences(inHuge, [0, 1 / 3, 1 / 6, 1 / 6])).toEqual([])
  expect(differences(means.slice(6), [1.5, 4])).toEqual([])
})
