import { isDeepStrictEqual } from 'node:util'
import avro from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordTypes, valuesOf } from './arbitrary.ts'
import { typeToAvro } from './avro.ts'
import { builtInSchemas } from './built-in.ts'
import { CodecError, createCodec } from './codec.ts'
import { Decimal } from './decimal.ts'
import type { Value } from './type.ts'

const money = { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 }
const millis = { type: 'long', logicalType: 'timestamp-millis' }
const side = { type: 'enum', name: 'Side', symbols: ['BUY', 'SELL'] }

function codecOf(type: unknown): ReturnType<typeof createCodec> {
  return createCodec({ type: 'record', name: 'T', fields: [{ name: 'x', type }] })
}

function hexOf(type: unknown, x: unknown): string {
  return Buffer.from(codecOf(type).encode({ x })).toString('hex')
}

const typedValues = recordTypes.chain((type) => fc.tuple(fc.constant(type), valuesOf(type)))

test('gives back any value of any type', () => {
  fc.assert(
    fc.property(typedValues, ([type, value]) => {
      const codec = createCodec(typeToAvro(type))
      expect(codec.problem(value)).toBeUndefined()
      const bytes = codec.encode(value as Value)
      const decoded = codec.decode(bytes)
      expect(isDeepStrictEqual(comparable(decoded), comparable(value))).toBe(true)
      expect(Object.keys(decoded)).toEqual(type.fields.map(({ name }) => name))
      expect(codec.encode(decoded)).toEqual(bytes)
    }),
  )
})

test.each<[string, unknown, unknown, string]>([
  ['an int', 'int', -1, '01'],
  ['a long', 'long', 2 ** 40, '808080808040'],
  ['the least long', 'long', Number.MIN_SAFE_INTEGER, 'fdffffffffffff1f'],
  ['the greatest long', 'long', Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
  ['a long that avsc changes', 'long', -(2 ** 52) - 1, '8180808080808010'],
  ['a double', 'double', 1.5, '000000000000f83f'],
  ['a text', 'string', 'é', '04c3a9'],
  ['null first', ['null', 'int'], null, '00'],
  ['null last', ['int', 'null'], null, '02'],
  ['a nullable value', ['null', 'int'], 3, '0206'],
  ['an enum', side, 'SELL', '02'],
  ['an empty list', { type: 'array', items: 'int' }, [], '00'],
  ['a list in one block', { type: 'array', items: 'int' }, [1, 2], '04020400'],
  ['a map by name', { type: 'map', values: 'int' }, { b: 1, a: 2 }, '04026104026202' + '00'],
  ['milliseconds', millis, 1_000, '02'],
  ['microseconds', { type: 'long', logicalType: 'timestamp-micros' }, 1_000, 'd00f'],
  ['a decimal', money, new Decimal('1.5'), '040096'],
  ['a decimal below 0', money, new Decimal('-1.28'), '0280'],
  ['a decimal of 0', money, new Decimal('-0'), '0200'],
  [
    'a decimal on a fixed',
    { ...money, type: 'fixed', name: 'F', size: 4 },
    new Decimal(-1),
    'ffffff9c',
  ],
])('encodes %s as Avro says', (_, type, value, hex) => {
  expect(hexOf(type, value)).toBe(hex)
})

test('writes the same bytes as avsc where both know the type', () => {
  const { text } = builtInSchemas.get('market/Depth') ?? { text: '' }
  const schema = JSON.parse(text) as avro.Schema
  const level = { price: 1.5, size: 0 }
  const depth = {
    symbol: 'B',
    time: 5,
    received: 7,
    first_update: 1,
    last_update: 2,
    previous_update: null,
    snapshot: true,
    bids: [level, level],
    asks: [],
  }
  expect(createCodec(schema).encode(depth)).toEqual(
    avro.Type.forSchema(schema, { wrapUnions: false }).toBuffer(depth),
  )
})

test.each<[string, unknown, unknown, string]>([
  ['a missing field', 'double', undefined, 'field "x" is missing: expected double'],
  ['a missing nullable', ['null', 'int'], undefined, 'field "x" is missing: expected int?'],
  ['null', 'double', null, 'field "x": expected double, got null'],
  ['a text', 'double', '1', 'field "x": expected double, got a string'],
  ['a fraction', 'long', 1.5, 'field "x": expected long, got a number that is not an integer'],
  ['a wide long', 'long', 2 ** 53, 'field "x": expected long, got a number beyond 2^53'],
  ['a wide int', 'int', 2 ** 31, 'field "x": expected int, got a number beyond 32 bits'],
  ['a list', 'string', [], 'field "x": expected string, got a list'],
  [
    'half a pair',
    'string',
    'a\ud800',
    'field "x": expected string, got a string with half a surrogate pair',
  ],
  [
    'another word',
    side,
    'HOLD',
    'field "x": expected Side, got a string that is none of its symbols',
  ],
  [
    'a word of JavaScript',
    side,
    'toString',
    'field "x": expected Side, got a string that is none of its symbols',
  ],
  [
    'half a millisecond',
    millis,
    1_500,
    'field "x": expected time(ms), got a time that is not a whole millisecond',
  ],
  [
    'a fine decimal',
    money,
    new Decimal('0.001'),
    'field "x": expected decimal(5,2), got a Decimal with 3 decimals',
  ],
  [
    'a large decimal',
    money,
    new Decimal(1000),
    'field "x": expected decimal(5,2), got a Decimal that takes 6 digits',
  ],
  [
    'no decimal',
    money,
    new Decimal(NaN),
    'field "x": expected decimal(5,2), got a Decimal that is not finite',
  ],
  ['a double for a decimal', money, 1.5, 'field "x": expected decimal(5,2), got a number'],
  [
    'short bytes',
    { type: 'fixed', name: 'F', size: 2 },
    new Uint8Array(1),
    'field "x": expected fixed(2), got 1 bytes',
  ],
  [
    'an item',
    { type: 'array', items: 'int' },
    [1, 'a'],
    'field "x[1]": expected int, got a string',
  ],
  ['an entry', { type: 'map', values: 'int' }, { a: null }, 'field "x{}": expected int, got null'],
  [
    'a name',
    { type: 'map', values: 'int' },
    JSON.parse('{"__proto__":1}'),
    'field "x": expected map of int, got a map with the name __proto__',
  ],
])('refuses to encode %s, naming the field and no value', (_, type, x, message) => {
  const codec = codecOf(type)
  expect(codec.problem({ x })).toBe(message)
  const path = /"(.*?)"/.exec(message)?.[1] ?? ''
  expect(() => codec.encode({ x })).toThrow(new CodecError({ path, message }))
})

test('refuses values exactly when it can say why', () => {
  const odd = fc.oneof(fc.anything(), fc.constantFrom(-0, NaN, Infinity, new Decimal(1), 'BUY'))
  const types = [
    money,
    millis,
    side,
    'int',
    'long',
    'double',
    'string',
    'boolean',
    'bytes',
    ['null', 'int'],
    { type: 'array', items: 'int' },
    { type: 'map', values: 'int' },
  ]
  const codecs = types.map(codecOf)
  fc.assert(
    fc.property(odd, fc.constantFrom(...codecs), (x, codec) => {
      const problem = codec.problem({ x })
      if (problem === undefined) codec.encode({ x })
      else expect(() => codec.encode({ x })).toThrow(problem)
    }),
    { numRuns: 2_000 },
  )
})

test.each<[string, unknown, string, RegExp]>([
  ['trailing bytes', 'int', '0202', /trailing data/],
  ['no bytes', 'int', '', /truncated/],
  ['a short text', 'string', '0461', /truncated/],
  ['an unknown symbol', side, '04', /an enum has an index without a symbol/],
  ['a negative symbol', side, '01', /an enum has an index without a symbol/],
  ['an unknown branch', ['null', 'int'], '04', /a union has an index without a type/],
  ['a long beyond 2^53', 'long', 'feffffffffffffffff01', /a long is beyond 2\^53/],
  ['an int beyond 32 bits', 'int', '808080808040', /an int is beyond 32 bits/],
  ['milliseconds beyond 2^53', millis, 'feffffffffffff1f', /a time is beyond 2\^53/],
  ['a list of any length', { type: 'array', items: 'int' }, 'feffffffffff7f02', /truncated/],
  ['a map of any length', { type: 'map', values: 'int' }, 'feffffffffff7f02', /truncated/],
  ['an empty decimal', money, '00', /a decimal has no bytes/],
  ['a decimal of too many digits', money, '060fffff', /too many digits/],
])('refuses to decode %s', (_, type, hex, message) => {
  const decode = (): Value => codecOf(type).decode(Buffer.from(hex, 'hex'))
  expect(decode).toThrow(CodecError)
  expect(decode).toThrow(message)
})

test('refuses every beginning of a record, and never anything but with a CodecError', () => {
  const { text } = builtInSchemas.get('market/Depth') ?? { text: '' }
  const codec = createCodec(JSON.parse(text))
  const level = { price: 1.5, size: 0 }
  const depth = {
    symbol: 'B',
    time: 5,
    received: 7,
    first_update: 1,
    last_update: 2,
    previous_update: null,
    snapshot: true,
    bids: [level, level],
    asks: [],
  }
  const bytes = codec.encode(depth)
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => codec.decode(bytes.subarray(0, length))).toThrow(CodecError)
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      try {
        codec.encode(codec.decode(noise))
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError)
      }
    }),
  )
})

test('decodes a record among others as if it stood alone', () => {
  fc.assert(
    fc.property(typedValues, fc.uint8Array(), fc.uint8Array(), ([type, value], a, b) => {
      const codec = createCodec(typeToAvro(type))
      const bytes = codec.encode(value as Value)
      const buffer = Buffer.concat([a, bytes, b])
      const whole = codec.decodeAt(buffer, a.length, a.length + bytes.length)
      expect(isDeepStrictEqual(comparable(whole), comparable(value))).toBe(true)
      for (const change of [-bytes.length, -1, 1, b.length]) {
        const end = Math.min(a.length + bytes.length + change, buffer.length)
        if (end < a.length) continue
        const alone = (): Value => codec.decode(Uint8Array.from(buffer.subarray(a.length, end)))
        expect(outcomeOf(() => codec.decodeAt(buffer, a.length, end))).toEqual(outcomeOf(alone))
      }
    }),
  )
})

test('reads many buffers in turn, as who merges channels does', () => {
  const codec = codecOf('double')
  const buffers = Array.from({ length: 20 }, (_, x) => Buffer.from([0, ...codec.encode({ x })]))
  for (const step of [1, 3, 7]) {
    for (let turn = 0; turn < 60; turn += 1) {
      const x = (turn * step) % buffers.length
      expect(codec.decodeAt(buffers[x] ?? Buffer.alloc(0), 1, 9)).toEqual({ x })
    }
  }
})

test('refuses to decode outside of the buffer', () => {
  const codec = codecOf('int')
  for (const [start, end] of [[-1, 1] as const, [0, 3] as const, [2, 1] as const]) {
    expect(() => codec.decodeAt(Buffer.alloc(2), start, end)).toThrow(/no bytes from/)
  }
})

test('decodes longs of any length as exact arithmetic does, or refuses them', () => {
  const codec = codecOf('long')
  const values = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc
      .tuple(fc.constantFrom(27n, 28n, 49n, 52n, 53n), fc.bigInt(-3n, 3n), fc.boolean())
      .map(([bits, near, below]) => (below ? -1n : 1n) * (2n ** bits + near)),
  )
  fc.assert(
    fc.property(values, fc.nat(3), (value, padding) => {
      const bytes = varintOf(value, padding)
      const safe = Number.isSafeInteger(Number(value)) && bytes.length <= 10
      const decode = (): unknown => codec.decode(bytes).x
      if (safe) expect(decode()).toBe(Number(value))
      else expect(decode).toThrow(bytes.length > 10 ? /10 bytes/ : /beyond 2\^53/)
    }),
    { numRuns: 2_000 },
  )
})

test('decodes plain objects with fields in the schema order, from bytes of any kind', () => {
  const fields = ['b', 'a', 'class'].map((name) => ({ name, type: 'int' }))
  const codec = createCodec({ type: 'record', name: 'T', fields })
  const bytes = Uint8Array.from(codec.encode({ a: 1, class: 3, b: 2, more: 4 }))
  expect(codec.decode(bytes)).toStrictEqual({ b: 2, a: 1, class: 3 })
  expect(JSON.stringify(codec.decode(bytes))).toBe('{"b":2,"a":1,"class":3}')
})

test('decodes lists in several blocks, with and without their sizes', () => {
  const list = codecOf({ type: 'array', items: 'int' })
  expect(list.decode(Buffer.from('0202' + '03040406' + '00', 'hex'))).toEqual({ x: [1, 2, 3] })
})

test('gives every record memory of its own, whatever its length', () => {
  const codec = codecOf('string')
  const long = codec.encode({ x: 'a'.repeat(100_000) })
  const short = codec.encode({ x: 'b' })
  expect(codec.decode(long)).toEqual({ x: 'a'.repeat(100_000) })
  expect(codec.decode(short)).toEqual({ x: 'b' })
})

test('encodes into a buffer, or says how many bytes are missing', () => {
  const codec = codecOf('string')
  const buffer = Buffer.alloc(8)
  expect(codec.encodeInto({ x: 'abc' }, buffer, 2)).toBe(6)
  expect(codec.decode(buffer.subarray(2, 6))).toEqual({ x: 'abc' })
  expect(codec.encodeInto({ x: 'abcdef' }, buffer, 2)).toBe(-1)
})

/** Avro's zigzag varint, with more groups of zeros than it needs. */
function varintOf(value: bigint, padding: number): Uint8Array {
  const bytes: number[] = []
  let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  for (; zigzag > 0x7fn; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80)
  bytes.push(Number(zigzag))
  for (let each = 0; each < padding; each += 1) {
    bytes.push((bytes.pop() ?? 0) | 0x80, 0)
  }
  return Uint8Array.from(bytes)
}

/** What a call gives, or the message of the CodecError that it throws. */
function outcomeOf(decode: () => Value): unknown {
  try {
    return comparable(decode())
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError)
    return (error as CodecError).message
  }
}

/** Bytes of any class and decimals as text; all else as it is. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Decimal.isDecimal(value)) return value.toFixed()
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, comparable(each)]))
}
