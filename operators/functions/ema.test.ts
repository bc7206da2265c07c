import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { ema } from './ema.ts'
import { AWKWARD, type Column, repeat, silenceOf, valuesOf, walk } from './harness.ts'

test('starts with the mean of n values, then moves by 2 / (n + 1) of the distance', () => {
  expect(valuesOf(ema, [3], [1, 2, 6, 5, 8])).toEqual([NaN, NaN, 3, 4, 6])
})

test("starts with the first value if told 'first'", () => {
  expect(valuesOf(ema, [3, 'first'], [1, 2, 6, 5, 8])).toEqual([1, 1.5, 3.75, 4.375, 6.1875])
})

test.each([1, 2, 14, 200])('has a lookback of n - 1 for n = %i, and none from the first', (n) => {
  const values = walk(3, 300)
  expect(ema.lookback([n])).toBe(n - 1)
  expect(silenceOf(valuesOf(ema, [n], values))).toBe(n - 1)
  expect(ema.lookback([n, 'first'])).toBe(0)
  expect(silenceOf(valuesOf(ema, [n, 'first'], values))).toBe(0)
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(ema, [14], close), of('EMA'))).toEqual([])
})

/** The arithmetic that every engine of the Kafka Streams comparison does, and the backtests'. */
function reference(values: Column, n: number): Column {
  const share = 2.0 / (n + 1)
  let average: number | undefined
  return values.map((x) => {
    average = average === undefined ? x : average + share * (x - average)
    return average
  })
}

test.each([
  ['a random walk', walk(42, 20_000)],
  ['awkward values', AWKWARD],
])("from the first value is the reference's, bit for bit, on %s", (_name, values) => {
  for (const n of [12, 26]) {
    const [got, want] = [valuesOf(ema, [n, 'first'], values), reference(values, n)]
    expect(got.every((value, index) => Object.is(value, want[index]))).toBe(true)
    expect(want.every(Number.isFinite)).toBe(true)
  }
})

test('is exactly the value while nothing moves', () => {
  expect(valuesOf(ema, [14], repeat(0.1, 40)).slice(13)).toEqual(repeat(0.1, 27))
  expect(valuesOf(ema, [14, 'first'], repeat(0.1, 40))).toEqual(repeat(0.1, 40))
})

test.each([
  ['the mean', [3]],
  ['the first', [3, 'first']],
] as const)(
  'stays between the greatest doubles and forgets them, started by %s',
  (_name, given) => {
    const values = [1.7e308, -1.7e308, 1.7e308, -1.7e308, ...repeat(5, 1100)]
    const averages = valuesOf(ema, given, values).slice(ema.lookback(given))
    expect(averages.every(Number.isFinite)).toBe(true)
    expect(averages.at(-1)).toBeCloseTo(5, 12)
  },
)
