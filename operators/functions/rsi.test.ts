import { expect, test } from 'vitest'
import { differences, goldens } from '../../test/oracle/golden.ts'
import { AWKWARD, type Column, repeat, silenceOf, valuesOf, walk } from './harness.ts'
import { rsi } from './rsi.ts'

test('compares average gains and losses once n changes are known', () => {
  // Changes 2, -1, 3: averages 1 and 0.5, then 2 and 0.25.
  const values = valuesOf(rsi, [2], [10, 12, 11, 14])
  expect(differences(values, [NaN, NaN, 200 / 3, 800 / 9])).toEqual([])
})

test.each([2, 14, 50])('has a lookback of n for n = %i, and none with a neutral value', (n) => {
  const values = walk(7, 100)
  expect(rsi.lookback([n])).toBe(n)
  expect(silenceOf(valuesOf(rsi, [n], values))).toBe(n)
  expect(rsi.lookback([n, 50])).toBe(0)
  expect(valuesOf(rsi, [n, 50], values).slice(0, n)).toEqual(repeat(50, n))
})

test.each(goldens)('equals TA-Lib on the %s series', (_name, { close, of }) => {
  expect(differences(valuesOf(rsi, [14], close), of('RSI'))).toEqual([])
})

/** The arithmetic that every engine of the Kafka Streams comparison does. */
function reference(values: Column, n: number): Column {
  let [count, previous, averageGain, averageLoss] = [0, 0, 0, 0]
  return values.map((x) => {
    if (count === 0) {
      count = 1
    } else {
      const change = x - previous
      const gain = change > 0 ? change : 0.0
      const loss = change < 0 ? -change : 0.0
      if (count <= n) {
        averageGain += gain / n
        averageLoss += loss / n
      } else {
        averageGain = (averageGain * (n - 1) + gain) / n
        averageLoss = (averageLoss * (n - 1) + loss) / n
      }
      count += 1
    }
    previous = x
    const sum = averageGain + averageLoss
    return count <= n || sum === 0 ? 50.0 : (100.0 * averageGain) / sum
  })
}

test.each([
  ['a random walk', walk(42, 20_000)],
  ['awkward values', AWKWARD],
  ['a flat series', repeat(3, 50)],
  ['a rising series', Array.from({ length: 500 }, (_, index) => index / 10)],
])("with 50 as neutral value is the reference's, bit for bit, on %s", (_name, values) => {
  for (const n of [2, 14]) {
    const [got, want] = [valuesOf(rsi, [n, 50], values), reference(values, n)]
    expect(got.every((value, index) => Object.is(value, want[index]))).toBe(true)
    expect(want.every(Number.isFinite)).toBe(true)
  }
})

test('is 0 or the neutral value where nothing has moved, 100 where nothing has fallen', () => {
  expect(valuesOf(rsi, [3], repeat(0.1, 8))).toEqual([...repeat(NaN, 3), ...repeat(0, 5)])
  expect(valuesOf(rsi, [3, 42], repeat(0.1, 8))).toEqual(repeat(42, 8))
  const rising = Array.from({ length: 500 }, (_, index) => index / 10)
  expect(valuesOf(rsi, [14], rising).slice(14)).toEqual(repeat(100, 486))
})

test.each([[[14]], [[14, 50]]])('stays within 0 and 100 for the greatest doubles', (constants) => {
  const { MAX_VALUE } = Number
  const huge = Array.from({ length: 60 }, (_, index) => (index % 2 ? MAX_VALUE : -MAX_VALUE))
  const values = [...huge, 1e308, 0, 5e-324, -0, ...walk(8, 200)]
  const indices = valuesOf(rsi, constants, values).slice(rsi.lookback(constants))
  expect(indices.every((index) => index >= 0 && index <= 100.00000000000003)).toBe(true)
})

test.each([[[2]], [[2, 50]]])('is near the middle between the greatest doubles', (constants) => {
  const { MAX_VALUE } = Number
  const huge = Array.from({ length: 60 }, (_, index) => (index % 2 ? MAX_VALUE : -MAX_VALUE))
  const indices = valuesOf(rsi, constants, huge).slice(20)
  // Averages of a series that goes up and down by turns settle at 2/3 and 1/3.
  for (const index of indices) expect(Math.abs(index - 50)).toBeCloseTo(50 / 3, 3)
})

test('forgets the greatest doubles', () => {
  const calm = walk(9, 12_000)
  const shaken = [1e308, -1e308, ...repeat(calm[0] ?? 0, 20), ...calm]
  const [got, want] = [valuesOf(rsi, [14], shaken), valuesOf(rsi, [14], calm)]
  expect(differences(got.slice(-100), want.slice(-100))).toEqual([])
})
