import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, bytesToDecimal, decimalText, decimalToBytes, padToFixed } from './decimal.ts'

test.each([
  ['1e-7', '0.0000001'],
  ['1e25', '10000000000000000000000000'],
  ['1.500', '1.5'],
  ['-0', '0'],
])('spells %s as %s', (given, text) => {
  expect(decimalText(new Decimal(given))).toBe(text)
})

test('computes to 50 digits, halves to even', () => {
  expect(new Decimal(1).div(3).toFixed()).toBe(`0.${'3'.repeat(50)}`)
  expect(new Decimal('0.125').toDecimalPlaces(2).toFixed()).toBe('0.12')
})

test.each([
  ['0', '00'],
  ['127', '7f'],
  ['128', '0080'],
  ['-128', '80'],
  ['-129', 'ff7f'],
  ['140737488355328', '00800000000000'],
])('has %s as the bytes %s', (integer, hex) => {
  expect(decimalToBytes(new Decimal(integer), 0).toString('hex')).toBe(hex)
})

test('gives any decimal back from its bytes, also from more bytes than needed', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.nat(38), (digits, scale) => {
      const value = new Decimal(`${digits}e-${scale}`)
      const bytes = decimalToBytes(value, scale)
      expect(bytesToDecimal(bytes, scale).toFixed()).toBe(value.toFixed())
      expect(bytesToDecimal(padToFixed(bytes, 20), scale).toFixed()).toBe(value.toFixed())
    }),
  )
})
