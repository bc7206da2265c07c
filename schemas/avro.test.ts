import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordTypes } from './arbitrary.ts'
import { SchemaError, avroToType, parseSchema, typeToAvro } from './avro.ts'
import { describeType } from './type.ts'
import type { RecordType, Type } from './type.ts'

const money = { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }
const level = { type: 'record', name: 'Level', fields: [{ name: 'price', type: 'double' }] }

function recordOf(type: unknown, rest: object = {}): object {
  return { type: 'record', name: 'T', namespace: 'm', fields: [{ name: 'x', type, ...rest }] }
}

test.each<[unknown, string]>([
  ['double', 'double'],
  [{ type: 'int' }, 'int'],
  [['null', 'string'], 'string?'],
  [['long', 'null'], 'long?'],
  [money, 'decimal(10,2)'],
  [{ ...money, type: 'fixed', name: 'Cash', size: 8 }, 'decimal(10,2)'],
  [{ type: 'long', logicalType: 'timestamp-micros' }, 'time'],
  [{ type: 'long', logicalType: 'timestamp-millis' }, 'time(ms)'],
  [{ type: 'long', logicalType: 'duration-micros' }, 'duration'],
  [{ type: 'string', logicalType: 'uuid' }, 'string'],
  [{ type: 'string', logicalType: 'somebody-elses' }, 'string'],
  [{ type: 'enum', name: 'Side', symbols: ['BUY', 'SELL'], default: 'BUY' }, 'm.Side'],
  [{ type: 'enum', name: 'Side', namespace: '', symbols: ['BUY'] }, 'Side'],
  [{ type: 'fixed', name: 'other.Id', size: 16 }, 'fixed(16)'],
  [{ type: 'array', items: level }, 'list of m.Level'],
  [{ type: 'map', values: ['null', 'int'] }, 'map of int?'],
])('reads the field type %j as %s', (avro, described) => {
  const [field] = avroToType(recordOf(avro)).fields
  expect(field && describeType(field.type)).toBe(described)
})

test('finds named types by short and full names, in the namespace they were defined in', () => {
  const record = avroToType({
    type: 'record',
    name: 'market.Depth',
    aliases: ['OldDepth'],
    fields: [
      { name: 'bids', type: { type: 'array', items: level }, aliases: ['buys'] },
      { name: 'asks', type: { type: 'array', items: 'Level' } },
      { name: 'best', type: 'market.Level', default: { price: 0 } },
    ],
  })
  expect(record.fields.map(({ type }) => describeType(type))).toEqual([
    'list of market.Level',
    'list of market.Level',
    'market.Level',
  ])
})

test.each<[string, unknown, RegExp]>([
  [
    'other unions',
    ['string', 'double'],
    /^field "x": a union of more than null and one type is not supported/,
  ],
  ['unions of three', ['null', 'string', 'double'], /more than null and one type/],
  ['nanoseconds', { type: 'long', logicalType: 'timestamp-nanos' }, /nanoseconds do not fit/],
  [
    'days',
    { type: 'int', logicalType: 'date' },
    /"date" is not supported: a day is no instant; declare/,
  ],
  ['months', { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' }, /duration-micros/],
  ['local times', { type: 'long', logicalType: 'local-timestamp-micros' }, /names no instant/],
  [
    'misspelt ones',
    { type: 'long', logicalType: 'timestamp-mircos' },
    /did you mean "timestamp-micros"/,
  ],
  [
    'times on ints',
    { type: 'int', logicalType: 'timestamp-millis' },
    /stands on int; declare it on long/,
  ],
  ['decimals without digits', { type: 'bytes', logicalType: 'decimal' }, /needs a precision/],
  ['scales over precisions', { ...money, scale: 11 }, /scale of a decimal/],
  [
    'decimals that are too wide',
    { ...money, type: 'fixed', name: 'C', size: 4 },
    /10 digits do not fit a fixed of 4/,
  ],
  ['unknown types', 'flaot', /type "flaot" is not defined/],
  ['types of nothing', null, /must be a name, a list or a map/],
  ['types without type', {}, /missing its "type"/],
  ['lists of nothing', { type: 'array' }, /has no "items"/],
  ['lists of null', { type: 'array', items: 'null' }, /^field "x\[\]": .*take no bytes/],
  ['enums without symbols', { type: 'enum', name: 'E', symbols: [] }, /needs "symbols"/],
  [
    'symbols that are no names',
    { type: 'enum', name: 'E', symbols: ['a-b'] },
    /"a-b" is not a name/,
  ],
  ['symbols twice', { type: 'enum', name: 'E', symbols: ['A', 'A'] }, /"A" is there twice/],
  [
    'enum defaults',
    { type: 'enum', name: 'E', symbols: ['A'], default: 'B' },
    /default is not one/,
  ],
  ['fixed without size', { type: 'fixed', name: 'F' }, /needs a "size"/],
  ['names that are no names', { type: 'fixed', name: '1F', size: 1 }, /needs a name/],
  [
    'namespaces that are no names',
    { type: 'fixed', name: 'F', namespace: 'a-b', size: 1 },
    /namespace of "F"/,
  ],
  [
    'names of primitives',
    { type: 'fixed', name: 'int', namespace: '', size: 1 },
    /"int" is a type of Avro's own/,
  ],
  ['names twice', recordOf('int'), /"m.T" is defined twice/],
  ['recursion', { type: 'array', items: 'T' }, /"m.T" contains itself, which is not supported/],
])('refuses %s', (_, type, message) => {
  expect(() => avroToType(recordOf(type))).toThrow(SchemaError)
  expect(() => avroToType(recordOf(type))).toThrow(message)
})

test.each<[unknown, unknown]>([
  ['double', '1'],
  ['int', 1.5],
  ['int', 2 ** 31],
  ['long', 2 ** 53],
  ['boolean', 0],
  ['string', null],
  ['bytes', '\u0100'],
  [['null', 'int'], 1],
  [['int', 'null'], null],
  [{ type: 'enum', name: 'E', symbols: ['A'] }, 'B'],
  [{ type: 'array', items: 'int' }, ['a']],
  [{ type: 'map', values: 'int' }, []],
  [{ type: 'fixed', name: 'F', size: 2 }, 'a'],
  [{ ...money, precision: 3 }, '\u7fff'],
  [level, {}],
])('refuses for the type %j the default %j', (type, preset) => {
  expect(() => avroToType(recordOf(type, { default: preset }))).toThrow(/^field "x": its default/)
})

test.each<[unknown, RegExp]>([
  ['string', /must be a record at its top/],
  [undefined, /must be a name, a list or a map/],
  [{ type: 'record', name: 'T' }, /record "T" has no "fields"/],
  [{ type: 'record', name: 'T', fields: ['x'] }, /must be a map with a name/],
  [
    { type: 'record', name: 'T', fields: [{ name: 'a.b', type: 'int' }] },
    /"a.b" is not a field name/,
  ],
  [{ type: 'record', name: 'T', fields: [{ name: '__proto__', type: 'int' }] }, /not a field name/],
  [{ type: 'record', name: 'T', fields: [{ name: 'a' }] }, /^field "a": it has no type/],
  [
    {
      type: 'record',
      name: 'T',
      fields: [
        { name: 'a', type: 'int' },
        { name: 'a', type: 'int' },
      ],
    },
    /"a": it is declared twice/,
  ],
])('refuses the schema %j', (schema, message) => {
  expect(() => avroToType(schema)).toThrow(message)
})

test('refuses endless nesting without running out of stack', () => {
  let type: unknown = 'int'
  for (let depth = 0; depth < 20_000; depth += 1) type = { type: 'array', items: type }
  expect(() => avroToType(recordOf(type))).toThrow(/nested more than 64 deep/)
})

test('tells where each field stands, at any depth', () => {
  const text = `{ "type": "record", "name": "D", "fields": [
\t{ "name": "bids", "type": { "type": "array", "items": { "type": "record", "name": "L",
\t  "fields": [{ "name": "price", "type": "double" }] } } } ] }`
  const { record } = parseSchema({ path: 'd.avsc', text })
  const spelt = (each: RecordType | undefined): unknown =>
    each?.fields.map(({ origin }) => origin && text.slice(origin.start, origin.end))
  expect(spelt(record)).toEqual(['"bids"'])
  const bids = record.fields[0]?.type as Type & { kind: 'list' }
  expect(spelt(bids.items as RecordType)).toEqual(['"price"'])
})

test.each<[string, string, string]>([
  [
    '{ "type": "record", "name": "T", "fields": [{ "name": "x", "type": "flaot" }] }',
    '"flaot"',
    'x',
  ],
  [
    '{ "type": "record", "name": "T", "fields": [{ "name": "x", "type": "int", "default": "1" }] }',
    '"1"',
    'x',
  ],
  [
    '{ "type": "record", "name": "T", "fields": [{ "name": "x", "type": ["int", "string"] }] }',
    '["int", "string"]',
    'x',
  ],
  ['{ "type": "record", "name": "T" ; }', ';', ''],
])('points into %s', (text, spelt, path) => {
  let error: unknown
  try {
    parseSchema({ path: 't.avsc', text })
  } catch (thrown) {
    error = thrown
  }
  const { offset, end, path: field } = error as SchemaError
  expect(text.slice(offset, end)).toBe(spelt)
  expect(field).toBe(path)
})

test('gives any type back from its Avro schema', () => {
  fc.assert(
    fc.property(recordTypes, (type) => {
      const once = avroToType(typeToAvro(type))
      // Records that share a name with others are renamed once, and then stay as they are.
      expect(avroToType(typeToAvro(once))).toEqual(once)
      expect(unnamed(once)).toEqual(unnamed(type))
    }),
  )
})

test('numbers inferred records that share a name but not their fields', () => {
  const inner = (field: string): Type => ({
    kind: 'record',
    name: 'step',
    fields: [{ name: field, type: { kind: 'double' } }],
  })
  const fields = ['a', 'b', 'a'].map((name, index) => ({ name: `f${index}`, type: inner(name) }))
  const read = avroToType(typeToAvro({ kind: 'record', name: 'fast-ema', fields }, 'out.fast-ema'))
  expect(read.name).toBe('out.fast_ema')
  expect(read.fields.map(({ type }) => describeType(type))).toEqual(['step', 'step_2', 'step'])
})

test('writes string literals as strings, and refuses a type that was never determined', () => {
  const literals: Type = { kind: 'string', literals: ['a'] }
  expect(typeToAvro(literals)).toBe('string')
  const fields = [{ name: 'x', type: { kind: 'unknown' } as const }]
  expect(() => typeToAvro({ kind: 'record', name: 'T', fields })).toThrow(/^field "x"/)
})

function unnamed(type: Type): unknown {
  return JSON.parse(
    JSON.stringify(type, (key, value: unknown) =>
      key === 'name' && typeof value === 'string' ? value.replace(/^.*\.|_\d+$/g, '') : value,
    ).replace(/"name":"(?:A|Trade|Level|C)"/g, '"name":"-"'),
  ) as unknown
}
