import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { averaged, feeOf, isOnStep, reducible, roundDown, roundUp, slipped } from './amounts.ts'

const d = (text: string): Decimal => new Decimal(text)

test.each([
  ['1.07', '0.05', '1.05', '1.1'],
  ['1.05', '0.05', '1.05', '1.05'],
  ['7', '3', '6', '9'],
  ['7.1234567890123456789', null, '7.123456789012345678', '7.123456789012345679'],
  ['7.5', '0', '7.5', '7.5'],
])('rounds %s on the step %s down to %s and up to %s', (value, step, down, up) => {
  const on = step === null ? null : d(step)
  expect(roundDown(d(value), on).toFixed()).toBe(down)
  expect(roundUp(d(value), on).toFixed()).toBe(up)
})

test('says what is on the step', () => {
  expect(isOnStep(d('0.3'), d('0.1'))).toBe(true)
  expect(isOnStep(d('0.35'), d('0.1'))).toBe(false)
})

test('makes a price worse for whoever takes, and keeps 18 decimals', () => {
  expect(slipped(d('100'), 1, 0.0001).toFixed()).toBe('100.01')
  expect(slipped(d('100'), -1, 0.0001).toFixed()).toBe('99.99')
  expect(slipped(d('0.1234567890123456789'), 1, 0).decimalPlaces()).toBe(18)
})

test('takes fees of what is paid, rebates too', () => {
  expect(feeOf(d('1000'), d('2'), 0.0005).toFixed()).toBe('1')
  expect(feeOf(d('1000'), d('2'), -0.0001).toFixed()).toBe('-0.2')
  expect(feeOf(d('0.000000000000000001'), d('0.5'), 0.5).toFixed()).toBe('0')
})

test('averages prices by quantity', () => {
  expect(averaged(null, d('0'), d('10'), d('1')).toFixed()).toBe('10')
  expect(averaged(d('10'), d('1'), d('13'), d('2')).toFixed()).toBe('12')
  expect(averaged(d('1'), d('1'), d('2'), d('2')).toFixed()).toBe('1.666666666666666667')
})

test('reduces a position from its other side only', () => {
  expect(reducible(d('2'), -1).toFixed()).toBe('2')
  expect(reducible(d('2'), 1).toFixed()).toBe('0')
  expect(reducible(d('-2'), 1).toFixed()).toBe('2')
})
