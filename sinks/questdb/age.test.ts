import { expect, test } from 'vitest'
import { ageOf, ageText, DAY, HOUR, isAge, type Partition, readAge } from './age.ts'

test.each<[Partition, string, string]>([
  ['hour', '90m', '2 HOURS'],
  ['day', '30d', '720 HOURS'],
  ['day', '36h', '48 HOURS'],
  ['week', '8d', '336 HOURS'],
  ['month', '30d', '2 MONTHS'],
  ['year', '365d', '12 MONTHS'],
  ['day', 'none', '0 HOURS'],
])('rounds an age up to whole partitions: by %s, %s is %s', (partition, ttl, text) => {
  expect(ageText(ageOf(readAge(ttl), partition))).toBe(text)
})

test.each([
  [30 * DAY, 'day', 30, 'DAY', true],
  [30 * DAY, 'day', 720, 'HOUR', true],
  [14 * DAY, 'week', 2, 'WEEK', true],
  [HOUR, 'day', 2, 'DAY', false],
  [365 * DAY, 'year', 1, 'YEAR', true],
  [365 * DAY, 'year', 12, 'MONTH', true],
  [0, 'day', 0, 'HOUR', true],
  [0, 'day', 1, 'DAY', false],
  [DAY, 'day', 0, 'HOUR', false],
] as const)('knows an age of %s us by %s again as %s %s: %s', (...row) => {
  const [ttl, partition, ttlValue, ttlUnit, is] = row
  expect(isAge(ageOf(ttl, partition), { ttlValue, ttlUnit })).toBe(is)
})
