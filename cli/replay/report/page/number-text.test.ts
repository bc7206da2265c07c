import { expect, test } from 'vitest'
import {
  basisPoints,
  gain,
  lengthText,
  moment,
  money,
  percent,
  plain,
  price,
} from './number-text.ts'

test.each([
  ['1234567.891', '1,234,567.89'],
  ['-982.54', '−982.54'],
  ['0', '0.00'],
  ['-0.00012345678', '−0.0001235'],
  ['-0.001', '−0.001'],
  ['0.1', '0.10'],
  ['100000000000000000000.005', '100,000,000,000,000,000,000.00'],
])('writes the amount %s as %s', (text, shown) => {
  expect(money(text)).toBe(shown)
})

test.each([
  ['61234.500000000000000000', '61,234.5'],
  ['-0.012', '−0.012'],
  ['0.000000001', '0'],
  ['1000', '1,000'],
])('writes the quantity %s as %s', (text, shown) => {
  expect(plain(text)).toBe(shown)
})

test('takes off what binary fractions add to a price', () => {
  expect(price(61_234.560_000_000_005)).toBe('61,234.56')
  expect(price(Number.NaN)).toBe('unknown')
})

test('signs a gain, and not a nothing', () => {
  expect([gain(0.0123), gain(-0.5), gain(-0.000_000_1), gain(0)]).toEqual([
    '+1.23%',
    '−50.00%',
    '0.00%',
    '0.00%',
  ])
  expect([percent(0.5), basisPoints(0.0005), basisPoints(-0.00001)]).toEqual([
    '50.00%',
    '5.00',
    '−0.10',
  ])
})

test.each([
  ['2024-08-08T23:54:00Z', '2024-08-08 23:54 UTC'],
  ['2024-08-08T23:54:09Z', '2024-08-08 23:54:09 UTC'],
  ['2024-08-08T23:54:09.120Z', '2024-08-08 23:54:09.120 UTC'],
  ['1969-12-31T23:59:59.999Z', '1969-12-31 23:59:59.999 UTC'],
])('writes %s as %s', (iso, shown) => {
  expect(moment(Date.parse(iso) * 1000)).toBe(shown)
})

test('has words for times that no calendar holds', () => {
  expect(moment(9e18)).toContain('µs')
})

test.each([
  [0, '0 seconds'],
  [250, '250 microseconds'],
  [50_000, '50 milliseconds'],
  [1_000_000, '1 second'],
  [2_500_000, '2.5 seconds'],
  [90_000_000, '1 minute 30 seconds'],
  [3_600_000_000, '1 hour'],
  [59_999_999, '60 seconds'],
  [90_061_000_000, '1 day 1 hour'],
])('writes a length of %i µs as %s', (micros, shown) => {
  expect(lengthText(micros)).toBe(shown)
})
