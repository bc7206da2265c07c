import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { draws, repeat, valuesOf } from './harness.ts'
import { stdev } from './stdev.ts'

test('gives the population deviation of the last n values from the n-th on', () => {
  const values = valuesOf(stdev, [4], [2, 4, 4, 2, 4, 2, 2])
  const some = Math.sqrt(0.75)
  expect(differences(values, [NaN, NaN, NaN, 1, some, 1, some])).toEqual([])
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(stdev, [20], close), of('STDDEV'))).toEqual([])
})

test('is exactly 0 where the window is flat, and stays there', () => {
  const values = [1e12, 60000.1, 1e-9, ...repeat(60000.1, 100)]
  expect(valuesOf(stdev, [20], values).slice(22)).toEqual(repeat(0, 81))
})

test('sees deviations that TA-Lib takes for 0', () => {
  expect(valuesOf(stdev, [2], [0, 2e-12]).at(-1)).toBe(1e-12)
  expect(valuesOf(stdev, [2], [0, 2e-200]).at(-1)).toBe(1e-200)
})

test('is finite for the greatest doubles, and forgets them with the window', () => {
  const { MAX_VALUE } = Number
  const values = valuesOf(stdev, [2], [MAX_VALUE, -MAX_VALUE, 1e308, 1e308, 5, 9, 9, 5e-324, -0])
  const [, ...got] = values.map((value) => value / 1e300)
  const want = [MAX_VALUE, (MAX_VALUE + 1e308) / 2, 0, 0.5e308, 2, 0, 4.5, 0]
  expect(want[1]).toBe(Infinity)
  want[1] = MAX_VALUE / 2 + 0.5e308
  expect(differences(got, want.map((value) => value / 1e300))).toEqual([]) // prettier-ignore
  expect(differences(values.slice(5), want.slice(4))).toEqual([])
})

test('does not overflow where squares do', () => {
  const values = [...repeat(1, 5), -1.2e154, 1.2e154]
  expect((valuesOf(stdev, [5], values).at(-1) ?? 0) / 1.2e154).toBeCloseTo(Math.sqrt(2 / 5), 12)
  const draw = draws(6)
  const huge = Array.from({ length: 200 }, () => (draw() < 0.5 ? 1 : -1) * Number.MAX_VALUE)
  for (let n = 2; n < 40; n += 1) {
    expect(
      valuesOf(stdev, [n], huge)
        .slice(n - 1)
        .every(Number.isFinite),
    ).toBe(true)
  }
})
