import fc from 'fast-check'
import { expect, test } from 'vitest'
import { acceptProblem, acceptProblems, createProjection } from './accept.ts'
import { recordTypes, valuesOf } from './arbitrary.ts'
import { avroToType } from './avro.ts'
import { createCodec } from './codec.ts'
import type { RecordField, RecordType, Type, Value } from './type.ts'

const int: Type = { kind: 'int' }
const long: Type = { kind: 'long' }
const float: Type = { kind: 'float' }
const double: Type = { kind: 'double' }
const text: Type = { kind: 'string' }
const bytes: Type = { kind: 'bytes' }
const ms: Type = { kind: 'time', unit: 'ms' }
const us: Type = { kind: 'time', unit: 'us' }
const duration: Type = { kind: 'duration' }
const side: Type = { kind: 'enum', name: 'Side', symbols: ['BUY', 'SELL'] }
const half: Type = { kind: 'enum', name: 'Half', symbols: ['BUY'] }

const decimal = (precision: number, scale: number): Type => ({ kind: 'decimal', precision, scale })
const maybe = (of: Type): Type => ({ kind: 'nullable', of })
const list = (items: Type): Type => ({ kind: 'list', items })
const literals = (...words: string[]): Type => ({ kind: 'string', literals: words })

function recordOf(name: string, fields: Record<string, Type | RecordField>): RecordType {
  return {
    kind: 'record',
    name,
    fields: Object.entries(fields).map(([field, type]) =>
      'name' in type && 'type' in type ? type : { name: field, type },
    ),
  }
}

test.each<[Type, Type]>([
  [long, int],
  [double, int],
  [double, long],
  [float, long],
  [double, float],
  [bytes, text],
  [text, bytes],
  [text, literals('a')],
  [side, half],
  [side, literals('BUY', 'SELL')],
  [maybe(double), int],
  [maybe(double), maybe(int)],
  [maybe(double), { kind: 'null' }],
  [{ kind: 'null' }, { kind: 'null' }],
  [us, ms],
  [us, us],
  [decimal(20, 2), decimal(10, 2)],
  [
    { kind: 'fixed', name: 'A', size: 2 },
    { kind: 'fixed', name: 'B', size: 2 },
  ],
  [list(double), list(int)],
  [
    { kind: 'map', values: maybe(long) },
    { kind: 'map', values: int },
  ],
  [double, { kind: 'unknown' }],
  [{ kind: 'unknown' }, text],
])('lets %j take %j', (reader, writer) => {
  expect(acceptProblem(reader, writer)).toBeUndefined()
})

test.each<[Type, Type, string]>([
  [
    double,
    maybe(double),
    'field "x" is double?, which may be null, where double is taken; use orElse(x, ...)',
  ],
  [
    double,
    { kind: 'null' },
    'field "x" is null, where double is taken; give it a value, or make it nullable',
  ],
  [
    long,
    double,
    'field "x" is double, where long is taken; use long(x), or declare it as double in the schema',
  ],
  [int, long, 'field "x" is long, where int is taken; declare it as long or double in the schema'],
  [float, double, 'field "x" is double, where float is taken; declare it as double in the schema'],
  [double, text, 'field "x" is string, where double is taken; use double(x)'],
  [text, double, 'field "x" is double, where string is taken; use string(x)'],
  [text, side, 'field "x" is Side, where string is taken; use string(x)'],
  [side, text, 'field "x" is string, where Side is taken; write BUY or SELL as a literal'],
  [
    side,
    literals('BUY', 'HOLD'),
    'field "x" is "BUY" or "HOLD", but Side has no symbol "HOLD"; use one of BUY, SELL',
  ],
  [half, side, 'field "x" is Side, but Half has no symbol "SELL"; use one of BUY'],
  [
    ms,
    us,
    'field "x" is time, where time(ms) is taken; declare it as timestamp-micros in the schema',
  ],
  [
    us,
    long,
    'field "x" is long, where time is taken; declare it as timestamp-micros where it comes from',
  ],
  [us, text, 'field "x" is string, where time is taken; use time(x)'],
  [long, us, 'field "x" is time, where long is taken'],
  [duration, us, 'field "x" is time, where duration is taken'],
  [
    decimal(9, 2),
    decimal(10, 2),
    'field "x" is decimal(10,2), where decimal(9,2) is taken; use at most 9 digits',
  ],
  [
    decimal(20, 3),
    decimal(10, 2),
    'field "x" is decimal(10,2), where decimal(20,3) is taken; use decimal(x, 3)',
  ],
  [decimal(9, 2), double, 'field "x" is double, where decimal(9,2) is taken; use decimal(x, 2)'],
  [double, decimal(9, 2), 'field "x" is decimal(9,2), where double is taken; use double(x)'],
  [list(int), list(text), 'field "x[]" is string, where int is taken'],
  [list(int), int, 'field "x" is int, where list of int is taken'],
])('refuses that %j takes %j', (reader, writer, problem) => {
  expect(acceptProblem(recordOf('R', { x: reader }), recordOf('W', { x: writer }))).toBe(problem)
})

test('shows every problem, at any depth, with its path', () => {
  const reader = recordOf('market.Depth', {
    symbol: text,
    bids: list(recordOf('market.Level', { price: double, size: double })),
    note: maybe(text),
    venue: { name: 'venue', type: text, default: 'binance' },
  })
  const level = recordOf('L', { price: text })
  const problems = acceptProblems(
    reader,
    recordOf('step', { bids: maybe(list(level)), symbol: long }),
  )
  expect(problems.map(({ path }) => path)).toEqual(['symbol', 'bids', 'note'])
  expect(acceptProblems(reader, recordOf('step', { bids: list(level), symbol: text }))).toEqual([
    {
      path: 'bids[].price',
      message: 'field "bids[].price" is string, where double is taken',
      repair: 'use double(bids[].price)',
    },
    {
      path: 'bids[].size',
      message:
        'field "bids[].size" (double) of market.Level has no default, and L does not have it',
      repair: 'add "size" to the records, or a default to the schema',
    },
    {
      path: 'note',
      message: 'field "note" (string?) of market.Depth has no default, and step does not have it',
      repair: 'add "note" to the records, or "default": null to the schema',
    },
  ])
})

test('lets every record type take itself, and projects its records to equal ones', () => {
  fc.assert(
    fc.property(
      recordTypes.chain((type) => fc.tuple(fc.constant(type), valuesOf(type))),
      ([type, value]) => {
        expect(acceptProblems(type, type)).toEqual([])
        const reordered = { ...type, fields: type.fields.toReversed() }
        expect(acceptProblems(reordered, type)).toEqual([])
        const projected = createProjection(reordered, type)(value as Value)
        expect(Object.keys(projected)).toEqual(reordered.fields.map(({ name }) => name))
        expect(projected).toEqual(value)
      },
    ),
  )
})

const target = avroToType({
  type: 'record',
  name: 'T',
  fields: [
    { name: 'b', type: 'double' },
    { name: 'class', type: ['null', 'bytes'], default: null },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' }, default: 5 },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: ['x'] },
    { name: 'f', type: 'float' },
    {
      name: 'levels',
      type: {
        type: 'array',
        items: { type: 'record', name: 'L', fields: [{ name: 'p', type: 'double' }] },
      },
    },
  ],
})
const source = recordOf('W', {
  extra: text,
  levels: list(recordOf('L', { q: int, p: int })),
  f: long,
  b: int,
  class: maybe(text),
})

test('projects to the fields of the reader, in its order, with its defaults', () => {
  expect(acceptProblems(target, source)).toEqual([])
  const project = createProjection(target, source)
  const value = { extra: 'e', levels: [{ q: 1, p: 2 }], f: 16_777_217, b: 1, class: 'é' }
  const projected = project(value)
  expect(JSON.stringify(Object.keys(projected))).toBe('["b","class","at","tags","f","levels"]')
  expect(projected).toEqual({
    b: 1,
    class: Buffer.from('é'),
    at: 5_000,
    tags: ['x'],
    f: 16_777_216,
    levels: [{ p: 2 }],
  })
  expect(project({ ...value, class: null })['class']).toBeNull()
  const codec = createCodec({
    type: 'record',
    name: 'T',
    fields: [{ name: 'tags', type: { type: 'array', items: 'string' } }],
  })
  expect(codec.problem(projected)).toBeUndefined()
})

test('shares no default that could be changed', () => {
  const project = createProjection(target, source)
  const { tags } = project({ levels: [], f: 1, b: 1, class: null })
  expect(() => (tags as string[]).push('y')).toThrow(TypeError)
})
