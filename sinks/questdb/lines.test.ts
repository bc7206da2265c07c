import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { nullable, type RecordType, type Type } from '../../schemas/type.ts'
import type { SinkRecord } from '../sink.ts'
import { columnsOf, usualSymbols } from './columns.ts'
import { linesOf } from './lines.ts'

const side: Type = { kind: 'enum', name: 'Side', symbols: ['BUY', 'SELL'] }
const inner: RecordType = {
  kind: 'record',
  name: 'Inner',
  fields: [
    { name: 'a', type: { kind: 'int' } },
    { name: 'b', type: { kind: 'boolean' } },
    { name: 'deeper', type: { kind: 'map', values: { kind: 'string' } } },
  ],
}

function written(type: Type, value: unknown, options: { symbols?: string[]; time?: number } = {}) {
  const record: RecordType = { kind: 'record', name: 'R', fields: [{ name: 'x', type }] }
  const columns = columnsOf(record, options.symbols ?? usualSymbols(record, []))
  const { time = 7 } = options
  const one: SinkRecord = { offset: 5, key: '', value: { x: value }, time, available: 0 }
  const { text, refusals } = linesOf('t', columns)({ partition: 3, records: [one] })
  return refusals[0]?.reason ?? text
}

const BEFORE = 't _partition=3i,_offset=5i'

test.each<[string, Type, unknown, string]>([
  ['a double', { kind: 'double' }, 0.1, `${BEFORE},x=0.1 7\n`],
  ['a large double', { kind: 'double' }, 1e21, `${BEFORE},x=1e+21 7\n`],
  ['a whole double', { kind: 'double' }, 3, `${BEFORE},x=3 7\n`],
  ['a NaN', { kind: 'double' }, NaN, `${BEFORE} 7\n`],
  ['a null', nullable({ kind: 'double' }), null, `${BEFORE} 7\n`],
  ['an int', { kind: 'int' }, -3, `${BEFORE},x=-3i 7\n`],
  ['a long', { kind: 'long' }, 9_007_199_254_740_991, `${BEFORE},x=9007199254740991i 7\n`],
  ['a duration', { kind: 'duration' }, 60_000_000, `${BEFORE},x=60000000i 7\n`],
  ['a time', { kind: 'time', unit: 'us' }, 12, `${BEFORE},x=12t 7\n`],
  ['a time before 1970', { kind: 'time', unit: 'us' }, -12, `${BEFORE},x=-12t 7\n`],
  [
    'a decimal',
    { kind: 'decimal', precision: 20, scale: 8 },
    new Decimal('-1e-8'),
    `${BEFORE},x=-0.00000001d 7\n`,
  ],
  ['a boolean', { kind: 'boolean' }, false, `${BEFORE},x=f 7\n`],
  [
    'a boolean that may be null',
    nullable({ kind: 'boolean' }),
    false,
    't,x=false _partition=3i,_offset=5i 7\n',
  ],
  ['a string', { kind: 'string' }, 'a "b"\\ c\nd,=', `${BEFORE},x="a \\"b\\"\\\\ c\\\nd,=" 7\n`],
  ['an enum', side, 'BUY', 't,x=BUY _partition=3i,_offset=5i 7\n'],
  ['bytes', { kind: 'bytes' }, Uint8Array.of(1, 2, 255), `${BEFORE},x="AQL/" 7\n`],
  [
    'a list',
    { kind: 'list', items: { kind: 'decimal', precision: 4, scale: 2 } },
    [new Decimal('1.5')],
    `${BEFORE},x="[\\"1.5\\"]" 7\n`,
  ],
  [
    'a record, flattened once',
    inner,
    { a: 1, b: true, deeper: { k: 'v' } },
    `${BEFORE},x_a=1i,x_b=t,x_deeper="{\\"k\\":\\"v\\"}" 7\n`,
  ],
  ['a record that is null', nullable(inner), null, `${BEFORE} 7\n`],
  [
    'a boolean in a record that may be null',
    nullable(inner),
    { a: 1, b: true, deeper: {} },
    't,x_b=true _partition=3i,_offset=5i,x_a=1i,x_deeper="{}" 7\n',
  ],
])('writes %s', (_, type, value, line) => {
  expect(written(type, value)).toBe(line)
})

test('writes a string as a symbol where that is asked for', () => {
  const line = written({ kind: 'string' }, 'a b,c=d\\e\r"', { symbols: ['x'] })
  expect(line).toBe('t,x=a\\ b\\,c\\=d\\\\e\\\r" _partition=3i,_offset=5i 7\n')
})

test.each<[string, Type, unknown, string]>([
  ['an infinity', { kind: 'double' }, -Infinity, 'no infinity: it would read as null'],
  [
    'the null of ints',
    { kind: 'int' },
    -(2 ** 31),
    'not the least of all ints: it would read as null',
  ],
  ['U+0000', { kind: 'string' }, 'a\0b', 'no text with the character U+0000'],
  [
    'a NaN in a list',
    { kind: 'list', items: { kind: 'double' } },
    [1, NaN],
    'no JSON with a number that is not finite',
  ],
  [
    'a decimal without room',
    { kind: 'decimal', precision: 4, scale: 2 },
    new Decimal('123'),
    'no Decimal that takes 5 digits',
  ],
])('refuses %s, naming the column', (_, type, value, reason) => {
  expect(written(type, value)).toBe(`column "x" takes ${reason}`)
})

test('refuses an event time before 1970', () => {
  const reason = written({ kind: 'int' }, 1, { time: -1 })
  expect(reason).toBe('QuestDB takes no event time before 1970')
})

test('writes no line of a deletion', () => {
  const gone: SinkRecord = { offset: 1, key: 'k', value: null, time: 0, available: 0 }
  expect(linesOf('t', [])({ partition: 0, records: [gone] })).toEqual({
    text: '',
    records: [],
    refusals: [],
  })
})

test('makes symbols of strings in the key and of enums, also in records', () => {
  const record: RecordType = {
    kind: 'record',
    name: 'R',
    fields: [
      { name: 'symbol', type: { kind: 'string' } },
      { name: 'note', type: { kind: 'string' } },
      { name: 'id', type: { kind: 'long' } },
      { name: 'side', type: nullable(side) },
      { name: 'leg', type: { kind: 'record', name: 'L', fields: [{ name: 'side', type: side }] } },
    ],
  }
  expect(usualSymbols(record, ['symbol', 'id'])).toEqual(['symbol', 'side', 'leg_side'])
  const types = columnsOf(record, ['note']).map(({ name, type }) => `${name} ${type}`)
  expect(types).toEqual([
    'symbol VARCHAR',
    'note SYMBOL',
    'id LONG',
    'side VARCHAR',
    'leg_side VARCHAR',
  ])
})
