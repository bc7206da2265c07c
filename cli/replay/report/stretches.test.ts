import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeStretches, twice, widerBar } from './stretches.ts'

const SECOND = 1_000_000

/** Sums of what fell into each stretch. */
function sums(times: readonly number[], most: number, width = 1) {
  const stretches = makeStretches<number>({
    width,
    most: () => most,
    widen: twice,
    join: (a, b) => a + b,
  })
  for (const time of times) stretches.add(time, 1)
  return stretches
}

test('keeps entries apart while there are few', () => {
  const stretches = sums([3, 1, 2], 10)
  expect(stretches.width()).toBe(1)
  expect(stretches.entries()).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
})

test('joins neighbours when there are too many', () => {
  const stretches = sums([0, 1, 2, 3, 4, 5, 6, 7], 4)
  expect(stretches.width()).toBe(4)
  expect(stretches.entries()).toEqual([
    [0, 4],
    [4, 4],
  ])
})

test('never holds more than it may, and loses nothing', () => {
  const times = fc.array(fc.integer({ min: -1_000, max: 1_000_000 }), { maxLength: 300 })
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 40 }), (given, most) => {
      const entries = sums(given, most).entries()
      expect(entries.length).toBeLessThanOrEqual(most)
      expect(entries.reduce((sum, [, count]) => sum + count, 0)).toBe(given.length)
    }),
  )
})

test('gives what one pass at the final width would give', () => {
  const times = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 300 })
  fc.assert(
    fc.property(times, (given) => {
      const thinned = sums(given, 20)
      const atOnce = sums(given, Number.POSITIVE_INFINITY, thinned.width())
      expect(thinned.entries()).toEqual(atOnce.entries())
    }),
  )
})

test.each([
  [SECOND, 5 * SECOND],
  [5 * SECOND, 15 * SECOND],
  [30 * SECOND, 60 * SECOND],
  [7 * SECOND, 28 * SECOND],
  [604_800 * SECOND, 4 * 604_800 * SECOND],
  [100_000, 400_000],
])('makes bars of %i longer by a whole multiple', (length, longer) => {
  expect(widerBar(length)).toBe(longer)
  expect(longer % length).toBe(0)
})
