import { expect, test } from 'vitest'
import { duration, keyText, milliseconds, moment, percent, short, valueText } from './value-text.ts'

test.each([
  [0, '0'],
  [0.37, '0.4'],
  [37.25, '37.3'],
  [999, '999'],
  [1_234, '1.23k'],
  [4_220_000, '4.22M'],
])('writes %d as %s', (value, text) => {
  expect(short(value)).toBe(text)
})

test.each([
  [null, '', '–'],
  ['0.10', 'decimal(38,18)', '0.10'],
  [61_671.4, 'double', '61,671.4'],
  [-2, 'long?', '−2'],
  [1_723_161_598_250_000, 'time', '2024-08-08 23:59:58.250'],
  [1_723_161_598_000_000, 'time?', '2024-08-08 23:59:58'],
  [1_500_000, 'duration', '1.5s'],
  [true, 'boolean', 'yes'],
  [['a', 1], 'list of string', '["a",1]'],
])('shows %j of type "%s" as %s', (value, type, text) => {
  expect(valueText(value, type)).toBe(text)
})

test('cuts what is too long for a cell', () => {
  expect(valueText(Array.from({ length: 100 }, () => 1))).toMatch(/^\[(1,){39}1…$/)
})

test('writes what is no time as it is', () => {
  expect(moment(1e30)).toBe('1e+30')
})

test.each([
  [50_000, '50ms'],
  [6_000_000, '6s'],
  [90_000_000, '1.5m'],
  [7, '7us'],
])('writes %d microseconds as %s', (micros, text) => {
  expect(duration(micros)).toBe(text)
})

test('writes keys of several fields side by side, and shares without a negative nothing', () => {
  expect(keyText(['core', 17])).toBe('core · 17')
  expect([percent(-0.0008), percent(-0.000_001)]).toEqual(['−0.08%', '0.00%'])
  expect([milliseconds(4.47), milliseconds(1_240)]).toEqual(['4.47 ms', '1.24 s'])
})
