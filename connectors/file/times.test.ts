import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInRange, parseTime } from './times.ts'
import type { TimeUnit } from './times.ts'

const first = -2_208_988_800_000_000
const last = 7_258_118_399_999_999
const anyMicros = fc.integer({ min: first, max: last })

test.each([
  ['2014-05-01', 1398902400000000],
  ['2014-05-01T00:00Z', 1398902400000000],
  ['2014-05-01 00:00:00', 1398902400000000],
  ['2014-05-01T00:00:00.292Z', 1398902400292000],
  ['2014-05-01T00:00:00,2929999Z', 1398902400292999],
  ['2014-05-01T02:00:00.123456789+02:00', 1398902400123456],
  ['2014-04-30T19:30:00-0430', 1398902400000000],
  ['2014-05-01T01:00:00 +01', 1398902400000000],
  ['1969-12-31T23:59:59.999999Z', -1],
  ['2016-02-29T00:00:00Z', 1456704000000000],
])('reads %s', (text, micros) => {
  expect(parseTime(text)).toBe(micros)
})

test.each([
  ['1398902400', 1398902400000000],
  ['1398902400292', 1398902400292000],
  ['1398902400292123', 1398902400292123],
  ['1398902400292123999', 1398902400292123],
  ['1700000000.123456', 1700000000123456],
  ['1700000000.9999999', 1700000000999999],
  ['1700000000123.4567', 1700000000123456],
  ['-1', -1000000],
  ['-0.0000001', -1],
  ['0', 0],
])('tells the unit of %s by its size', (text, micros) => {
  expect(parseTime(text)).toBe(micros)
})

test.each<[string, TimeUnit, number]>([
  ['1000', 'ms', 1000000],
  ['1000', 'us', 1000],
  ['1999', 'ns', 1],
  ['-1', 'ns', -1],
  ['20140501', 's', 20140501000000],
])('reads %s as declared in %s', (text, unit, micros) => {
  expect(parseTime(text, unit)).toBe(micros)
})

test.each([
  '',
  ' ',
  'abc',
  'NaN',
  'Infinity',
  '1e9',
  '0x5361',
  '12abc',
  '1398902400 ',
  '20140501',
  '2014-5-1',
  '2014-02-30',
  '2014-13-01',
  '2014-00-01',
  '2014-05-00',
  '2014-05-01T24:00:00Z',
  '2014-05-01T23:59:60Z',
  '2014-05-01T00:00:00+19:00',
  '2014-05-01T00:00:00.1234567890Z',
  '1899-12-31T23:59:59Z',
  '2200-01-01',
  '99999999999999999999',
  '1'.repeat(40),
  '0050-01-01',
])('takes %j for no time', (text) => {
  expect(parseTime(text)).toBeUndefined()
})

test('reads what every unit prints, exactly', () => {
  const digits: Readonly<Record<TimeUnit, number>> = { s: 6, ms: 3, us: 0, ns: -3 }
  fc.assert(
    fc.property(anyMicros, fc.constantFrom<TimeUnit>('s', 'ms', 'us', 'ns'), (micros, unit) => {
      expect(parseTime(spell(micros, digits[unit]), unit)).toBe(micros)
    }),
  )
})

test('tells the unit of any instant from 1974 on', () => {
  const digits = fc.constantFrom(6, 3, 0, -3)
  fc.assert(
    fc.property(fc.integer({ min: 126_230_400_000_000, max: last }), digits, (micros, fraction) => {
      expect(parseTime(spell(micros, fraction))).toBe(micros)
    }),
  )
})

test('reads what Date prints', () => {
  fc.assert(
    fc.property(fc.integer({ min: first / 1000, max: Math.floor(last / 1000) }), (millis) => {
      expect(parseTime(new Date(millis).toISOString())).toBe(millis * 1000)
    }),
  )
})

test('reads a number as its text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.maxSafeInteger()), (number) => {
      expect(parseTime(number)).toBe(parseTime(String(number)))
    }),
  )
})

test('never gives an instant out of range, whatever the text', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[+-]?\d{0,22}\.?\d{0,20}$/))
  fc.assert(
    fc.property(text, (input) => {
      const micros = parseTime(input)
      expect(micros === undefined || (Number.isInteger(micros) && isInRange(micros))).toBe(true)
    }),
  )
})

/** Microseconds with the point so many digits from the right; zeros behind for less than none. */
function spell(micros: number, fraction: number): string {
  if (fraction <= 0) return `${micros}${micros === 0 ? '' : '0'.repeat(-fraction)}`
  const text = String(Math.abs(micros)).padStart(fraction + 1, '0')
  return `${micros < 0 ? '-' : ''}${text.slice(0, -fraction)}.${text.slice(-fraction)}`
}
