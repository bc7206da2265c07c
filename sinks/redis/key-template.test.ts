import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { keyText } from '../../schemas/key.ts'
import type { RecordType } from '../../schemas/type.ts'
import { templateFiller, templateProblems } from './key-template.ts'

const record: RecordType = {
  kind: 'record',
  name: 'market.Mark',
  fields: [
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'venue', type: { kind: 'string' } },
    { name: 'level', type: { kind: 'long' } },
    { name: 'price', type: { kind: 'double' } },
    { name: 'tick', type: { kind: 'decimal', precision: 9, scale: 4 } },
    { name: 'note', type: { kind: 'nullable', of: { kind: 'string' } } },
  ],
}
const topic = { name: 'marks', record, key: ['symbol'], isTable: false }
const problems = (template: string, more: Partial<typeof topic> = {}) =>
  templateProblems(template, { ...topic, ...more }, 'key').map(({ message, repair }) =>
    repair === undefined ? message : `${message}; ${repair}`,
  )

test.each([
  'mark:{symbol}',
  '{symbol}',
  'mark:{symbol}/{venue}:{level}',
  'mark:{tick}:{symbol}',
  'ü:{symbol}',
])('takes %s', (template) => {
  expect(problems(template)).toEqual([])
})

test.each([
  ['', 'the key is empty; name it'],
  ['mark:{symbol', 'has a brace alone; write fields as "{symbol}"'],
  ['mark}:{symbol}', 'has a brace alone'],
  ['mark:{{symbol}}', 'has a brace alone'],
  ['{symbl}:{symbol}', 'names the field "symbl", which topic "marks" does not have; did you mean'],
  ['{symbol}:{}', 'names the field "", which'],
  ['{symbol}:{price}', 'field "price" is double, whose last digits decide equality'],
  ['{symbol}:{note}', 'field "note" may be null'],
  ['mark:{venue}', 'lacks {symbol}, by which topic "marks" is keyed; add {symbol}'],
  ['mark', 'lacks {symbol}'],
  ['{symbol}{venue}', 'does not keep {symbol} and {venue} apart; write ":" between them'],
  ['{symbol}-{venue}', 'does not keep {symbol} and {venue} apart'],
  ['{symbol}%{venue}', 'does not keep {symbol} and {venue} apart'],
])('refuses "%s"', (template, message) => {
  expect(problems(template)).toEqual([expect.stringContaining(message)])
})

test('asks for the fields of its key alone where the topic is a table', () => {
  expect(problems('mark:{symbol}', { isTable: true })).toEqual([])
  expect(problems('mark:{symbol}:{venue}', { isTable: true })).toEqual([
    expect.stringContaining('holds {venue}, which is not in the key of table "marks"'),
  ])
})

test('escapes what is no letter, digit, "_", "-" or "."', () => {
  const fill = templateFiller('m:{symbol}:{level}:{tick}', topic)
  const value = { symbol: 'BTC/USDT: {x}%\n', level: -3, tick: new Decimal('0.50') }
  expect(fill({ key: '', value })).toBe('m:BTC%2FUSDT%3A%20%7Bx%7D%25%0A:-3:0.5')
  expect(fill({ key: '', value: { ...value, symbol: 'Zürich_1-2.5' } })).toMatch(/^m:Zürich_1-2.5:/)
})

test('fills a key of a deleted record from its key text', () => {
  const two = templateFiller('m:{venue}:{symbol}', { record, key: ['symbol', 'venue'] })
  expect(two({ key: keyText(['A:B', 'x']), value: null })).toBe('m:x:A%3AB')
  const one = templateFiller('m:{tick}', { record, key: ['tick'] })
  expect(one({ key: keyText([new Decimal('2.50')]), value: null })).toBe('m:2.5')
})

test('gives different contents different keys', () => {
  const fill = templateFiller('{symbol}:{venue}', { record, key: ['symbol', 'venue'] })
  const text = fc.string({ unit: fc.constantFrom('a', ':', '%', '{', '3', 'A', 'é', '\u{1f600}') })
  const keyOf = ([symbol, venue]: readonly [string, string]) =>
    fill({ key: '', value: { symbol, venue } })
  fc.assert(
    fc.property(fc.tuple(text, text), fc.tuple(text, text), (one, other) => {
      expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      expect(fill({ key: keyText(one), value: null })).toBe(keyOf(one))
    }),
  )
})
