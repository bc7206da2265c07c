// Durations as people write them.
import { expect, test } from 'vitest'
import { LONGEST_DURATION, parseDuration } from './duration.ts'

test.each([
  ['500ms', 500_000],
  ['1.5s', 1_500_000],
  ['0.001ms', 1],
  ['0s', 0],
  ['15m', 900_000_000],
  ['2h', 7_200_000_000],
  ['+7d', 604_800_000_000],
  ['250us', 250],
  ['1h30m', 5_400_000_000],
  ['1.5h0.5s', 5_400_500_000],
  ['36525d', LONGEST_DURATION],
])('reads %s exactly', (text, micros) => {
  expect(parseDuration(text)).toEqual({ micros })
})

const units = 'ms, s, m, h or d'
test.each([
  ['5', 'has no unit', `write ${units} behind the number`],
  ['1 s', 'is not a duration', `write a number and ${units}: 500ms`],
  ['', 'is not a duration', `write a number and ${units}: 500ms`],
  ['1e3s', 'is not a duration', `write a number and ${units}: 500ms`],
  ['1S', 'has no unit of time', `write ${units}: 500ms`],
  ['1constructor', 'has no unit of time', `write ${units}: 500ms`],
  ['1y', 'has no unit of time', 'write 365d for a year'],
  ['2min', 'has no unit of time', 'write m for minutes'],
  ['-1s', 'is negative', 'write a duration of 0s or more'],
  ['0.0001ms', 'is finer than a microsecond', 'leave the last digits out'],
  ['36525d1us', 'is longer than 100 years', 'write 36525d or less'],
  ['1h30', 'is not a duration', `write a number and ${units}: 500ms`],
  ['36526d', 'is longer than 100 years', 'write 36525d or less'],
  ['999999999999999999d', 'is longer than 100 years', 'write 36525d or less'],
])('refuses "%s": it %s', (text, problem, repair) => {
  expect(parseDuration(text)).toEqual({ problem, repair })
})
