import { expect, test } from 'vitest'
import { readSchema } from './read-schema.ts'
import { isSameBytes } from './same-bytes.ts'

const decimal = (precision: number, scale: number) => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision,
  scale,
})
const fixed = (size: number, name = 'Hash') => ({ type: 'fixed', name, size })
const side = (symbols: readonly string[], name = 'Side') => ({ type: 'enum', name, symbols })
const list = (items: unknown) => ({ type: 'array', items })
const map = (values: unknown) => ({ type: 'map', values })
const long = (logicalType?: string) => (logicalType ? { type: 'long', logicalType } : 'long')
const record = (fields: readonly unknown[], name = 'Inner') => ({ type: 'record', name, fields })
const field = (name: string, type: unknown) => ({ name, type })

function wireOf(type: unknown) {
  return readSchema(record([field('x', type)], 'Outer'))
}

test.each<[string, unknown, unknown]>([
  ['a type written as a map', 'string', { type: 'string', 'avro.java.string': 'String' }],
  ['an enum of another name', side(['BUY', 'SELL']), side(['BUY', 'SELL'], 'Direction')],
  ['a fixed of another name', fixed(8), fixed(8, 'Digest')],
  ['a uuid', 'string', { type: 'string', logicalType: 'uuid' }],
  [
    'a record with docs and defaults',
    record([field('a', 'int')]),
    {
      ...record([{ ...field('a', 'int'), doc: 'one', default: 1 }], 'Other'),
      doc: 'two',
    },
  ],
  ['lists, maps and nulls of the same', list(map(['null', 'int'])), list(map(['null', 'int']))],
])('is so for %s', (_, one, other) => {
  expect(isSameBytes(wireOf(one), wireOf(other))).toBe(true)
})

test.each<[string, unknown, unknown]>([
  ['another kind', 'int', 'long'],
  ['another unit of time', long('timestamp-millis'), long('timestamp-micros')],
  ['a long beside a time', long(), long('timestamp-micros')],
  ['a long beside a duration', long(), long('duration-micros')],
  ['another scale', decimal(10, 2), decimal(10, 3)],
  ['another precision', decimal(10, 2), decimal(12, 2)],
  ['bytes beside a decimal', 'bytes', decimal(10, 2)],
  ['another size', fixed(8), fixed(16)],
  ['symbols in another order', side(['BUY', 'SELL']), side(['SELL', 'BUY'])],
  ['more symbols', side(['BUY', 'SELL']), side(['BUY', 'SELL', 'NONE'])],
  ['null in another place', ['null', 'int'], ['int', 'null']],
  ['what may be null', 'int', ['null', 'int']],
  ['a list of others', list('int'), list('long')],
  ['a map beside a list', list('int'), map('int')],
  ['another field name', record([field('a', 'int')]), record([field('b', 'int')])],
  ['more fields', record([field('a', 'int')]), record([field('a', 'int'), field('b', 'int')])],
  [
    'fields in another order',
    record([field('a', 'int'), field('b', 'int')]),
    record([field('b', 'int'), field('a', 'int')]),
  ],
])('is not so for %s', (_, one, other) => {
  expect(isSameBytes(wireOf(one), wireOf(other))).toBe(false)
  expect(isSameBytes(wireOf(other), wireOf(one))).toBe(false)
})
