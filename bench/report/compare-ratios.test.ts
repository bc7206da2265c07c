import { expect, test } from 'vitest'
import { ALLOWED, compareRatios } from './compare-ratios.ts'

const CASES = [
  ['the same', { a: 2 }, []],
  ['a little slower', { a: 2 * ALLOWED }, []],
  ['much faster', { a: 0.5 }, []],
  ['slower', { a: 3 }, ['a: 3.00, 1.50 times the 2.00 committed']],
  ['gone', {}, ['a was not measured']],
  ['one more', { a: 2, b: 9 }, []],
] as const

test.each(CASES)('finds what is %s', (_, now: Readonly<Record<string, number>>, slower) => {
  expect(compareRatios(now, { a: 2 }).slower).toEqual(slower)
})
