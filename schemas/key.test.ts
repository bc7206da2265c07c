import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from './decimal.ts'
import { KeyError, keyBytes, keyJson, keyProblem, keyReader, keyText, partitionOf } from './key.ts'
import type { RecordType, Type, Value } from './type.ts'

const types: Record<string, Type> = {
  account: { kind: 'string' },
  symbol: { kind: 'nullable', of: { kind: 'string' } },
  side: { kind: 'enum', name: 'Side', symbols: ['BUY', 'SELL'] },
  live: { kind: 'boolean' },
  count: { kind: 'int' },
  id: { kind: 'long' },
  time: { kind: 'time', unit: 'us' },
  every: { kind: 'duration' },
  strike: { kind: 'decimal', precision: 10, scale: 2 },
}
const record: RecordType = {
  kind: 'record',
  name: 'T',
  fields: Object.entries(types).map(([name, type]) => ({ name, type })),
}
const value: Value = {
  account: 'a1',
  symbol: 'BTC"USDT',
  side: 'BUY',
  live: true,
  count: -0,
  id: 9007199254740991,
  time: 1_723_161_255_342_000,
  every: 60_000_000,
  strike: new Decimal('1.50'),
}

test.each<[string[], string, unknown]>([
  [[], '[]', []],
  [['account'], 'a1', 'a1'],
  [['symbol'], 'BTC"USDT', 'BTC"USDT'],
  [['side'], 'BUY', 'BUY'],
  [['live'], 'true', true],
  [['count'], '0', 0],
  [['id'], '9007199254740991', 9007199254740991],
  [['time'], '1723161255342000', 1723161255342000],
  [['every'], '60000000', 60000000],
  [['strike'], '"1.5"', '1.5'],
  [['account', 'symbol'], '["a1","BTC\\"USDT"]', ['a1', 'BTC"USDT']],
  [['strike', 'live', 'id'], '["1.5",true,9007199254740991]', ['1.5', true, 9007199254740991]],
])('reads the key %j as %s', (fields, text, json) => {
  const of = fields.map((name) => types[name] ?? { kind: 'unknown' as const })
  expect(keyReader(record, fields)(value)).toBe(text)
  expect(keyText(fields.map((name) => value[name]))).toBe(text)
  expect(keyJson(text, of)).toEqual(json)
})

test.each<[string[], Value, string]>([
  [['account'], { account: null }, 'key field "account" is null'],
  [['account'], {}, 'key field "account" is missing'],
  [['account'], { account: 1 }, 'key field "account" is not of its type: got number'],
  [['id'], { id: 1.5 }, 'key field "id" is not of its type: got number'],
  [['id'], { id: null }, 'key field "id" is null'],
  [['strike'], { strike: 1 }, 'key field "strike" is not of its type: got number'],
  [['live'], { live: 'true' }, 'key field "live" is not of its type: got string'],
  [['account', 'symbol'], { account: 'a' }, 'key field "symbol" is missing'],
])('refuses the key %j of %j', (fields, given, message) => {
  const read = keyReader(record, fields)
  expect(() => read(given)).toThrow(KeyError)
  expect(() => read(given)).toThrow(message)
})

test('refuses a look-up by null', () => {
  expect(() => keyText(['a', null])).toThrow(new KeyError('2', 'is null'))
})

test('has different texts for different keys', () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.boolean())
  const keys = fc.array(part, { minLength: 2, maxLength: 3 })
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b)
      return (keyText(a) === keyText(b)) === isSame
    }),
  )
})

test.each<[Type, RegExp | undefined]>([
  ...Object.values(types).map((type): [Type, RegExp | undefined] => [
    type,
    type.kind === 'nullable' ? /may be null \(string\?\)/ : undefined,
  ]),
  [{ kind: 'double' }, /is double, whose last digits decide/],
  [{ kind: 'list', items: { kind: 'string' } }, /is list of string; a key is one of string, enum/],
  [{ kind: 'unknown' }, undefined],
])('says of %j as a key: %s', (type, problem) => {
  if (problem) expect(keyProblem(type)).toMatch(problem)
  else expect(keyProblem(type)).toBeUndefined()
})

test('asserts that key fields exist and can be keys', () => {
  expect(() => keyReader(record, ['nothing'])).toThrow(/not a field of T/)
  const doubles: RecordType = { ...record, fields: [{ name: 'x', type: { kind: 'double' } }] }
  expect(() => keyReader(doubles, ['x'])).toThrow(/key field "x" is double/)
})

test('has bytes in UTF-8, which choose the partition', () => {
  expect([...keyBytes('é')]).toEqual([0xc3, 0xa9])
  expect(partitionOf(keyBytes('foobar'), 4)).toBe(2)
})
