import avro from 'avsc'
import { expect, test } from 'vitest'
import { createCodec } from '../../../schemas/codec.ts'
import { createFraming, UnknownSchema } from './framing.ts'
import type { Framing } from './framing.ts'
import type { StoredSchema } from './registry-answers.ts'
import { ownSchema } from './schema-reading.ts'

const trade = {
  type: 'record',
  name: 'Trade',
  namespace: 'market',
  fields: [
    { name: 'symbol', type: 'string' },
    { name: 'price', type: 'double' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'tags', type: { type: 'array', items: 'int' }, default: [] },
  ],
}
const { encode, decode } = createCodec(trade)
const btc = { symbol: 'BTC', price: 1.5, time: 1_723_161_255_342_000, tags: [1, 2, 3] }

/** What a serializer of somebody else writes: avsc, not our codec. */
function foreign(schema: object, value: object): Buffer {
  return avro.Type.forSchema(schema as avro.Schema).toBuffer(value)
}

function framed(id: number, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(5)
  frame.writeInt32BE(id, 1)
  return Buffer.concat([frame, body])
}

const stored = (schema: unknown): StoredSchema => ({
  text: JSON.stringify(schema),
  type: 'AVRO',
  references: 0,
})

/** A framing for `trade`, whose registry has the schemas under the ids 1, 2, ... */
function framingWith(schemas: readonly StoredSchema[], clock = { now: 0 }) {
  const asked: number[] = []
  const framing = createFraming({
    own: ownSchema(trade),
    prefix: undefined,
    known: undefined,
    register: () => Promise.resolve(framed(7, Buffer.alloc(0))),
    find: (id) => {
      asked.push(id)
      return Promise.resolve(schemas[id - 1])
    },
    now: () => clock.now,
  })
  return { framing, asked }
}

/** As the reader does it: looks up what is unknown, then asks again. */
async function convert(framing: Framing, value: Buffer): Promise<Uint8Array | string> {
  // A value stands among others in its batch.
  const bytes = Buffer.concat([Buffer.from([0, 0]), value, Buffer.from([7])])
  const end = bytes.length - 1
  try {
    return framing.convert(bytes, 2, end)
  } catch (error) {
    if (!(error instanceof UnknownSchema)) throw error
    await framing.resolve(error.id)
    return framing.convert(bytes, 2, end)
  }
}

async function convertWith(schema: unknown, body: Uint8Array): Promise<Uint8Array | string> {
  const { framing } = framingWith([stored(schema)])
  return convert(framing, framed(1, body))
}

test('finds the body in place where the schema is ours', async () => {
  const other = { ...trade, doc: 'the same bytes', name: 'Other' }
  const { framing } = framingWith([stored(trade), stored(other)])
  const [first, second] = [framed(1, encode(btc)), framed(2, encode(btc))]
  expect(framing.bodyAt(first, 0, first.length)).toBe(-1)
  await framing.resolve(1)
  await framing.resolve(2)
  for (const value of [first, second, first]) {
    const at = framing.bodyAt(value, 0, value.length)
    expect(decode(value.subarray(at))).toEqual(btc)
  }
  expect(framing.bodyAt(framed(3, encode(btc)), 0, first.length)).toBe(-1)
})

test('finds no body in what has no frame', async () => {
  const { framing } = framingWith([stored(trade)])
  await framing.resolve(1)
  for (const bytes of [[], [0, 0, 0, 0], [1, 0, 0, 0, 1, 2]]) {
    expect(framing.bodyAt(Buffer.from(bytes), 0, bytes.length)).toBe(-1)
  }
})

test('says of what has no frame what is missing', async () => {
  const { framing, asked } = framingWith([])
  const texts = await Promise.all(
    [[], [0, 0, 0, 1], [123, 34, 97, 34, 58, 49], [0, 0, 0, 0, 0], [0, 255, 0, 0, 1, 9]].map(
      (bytes) => convert(framing, Buffer.from(bytes)),
    ),
  )
  expect(texts).toEqual([
    'the value has 0 bytes, too few for the id of a schema',
    'the value has 4 bytes, too few for the id of a schema',
    'the value does not begin with a zero byte and the id of a schema',
    'the value has no id of a schema',
    'the value has no id of a schema',
  ])
  expect(asked).toEqual([])
})

test('gives a list in one block, whatever blocks it came in', async () => {
  const head = encode({ ...btc, tags: [] }).subarray(0, -1)
  const blocks = [
    [6, 2, 4, 6, 0],
    [2, 2, 4, 4, 6, 0],
    // A negative count, then the block's size in bytes.
    [5, 6, 2, 4, 6, 0],
    [1, 2, 2, 3, 4, 4, 6, 0],
  ]
  for (const tags of blocks) {
    const body = Buffer.concat([head, Buffer.from(tags)])
    expect(decode(body)).toEqual(btc)
    expect(encode(decode(body))).toEqual(encode(btc))
    const wider = { ...trade, fields: [{ name: 'extra', type: 'int' }, ...trade.fields] }
    const converted = await convertWith(wider, Buffer.concat([Buffer.from([2]), body]))
    expect(converted).toEqual(encode(btc))
  }
})

test('leaves added fields out and fills missing ones in', async () => {
  const added = { ...trade, fields: [...trade.fields, { name: 'venue', type: 'string' }] }
  const fuller = foreign(added, { ...btc, venue: 'X' })
  expect(await convertWith(added, fuller)).toEqual(encode(btc))
  const removed = { ...trade, fields: trade.fields.slice(0, 3) }
  expect(await convertWith(removed, foreign(removed, btc))).toEqual(encode({ ...btc, tags: [] }))
})

test('reads a value whose type is narrower, or whose time is in milliseconds', async () => {
  const [symbol, price, time, tags] = trade.fields
  const millis = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } }
  const narrow = { ...trade, fields: [symbol, { ...price, type: 'int' }, millis, tags] }
  const body = foreign(narrow, { ...btc, price: 7, time: btc.time / 1000 })
  expect(await convertWith(narrow, body)).toEqual(encode({ ...btc, price: 7 }))
  expect(time).not.toEqual(millis)
})

test.each([
  [
    'a plain long, where a time is taken',
    [{ name: 'time', type: 'long' }],
    'schema 1 cannot be read: field "time" is long, where time is taken; ' +
      'declare it as timestamp-micros where it comes from',
  ],
  [
    'what may be null',
    [{ name: 'price', type: ['null', 'double'] }],
    'schema 1 cannot be read: field "price" is double?, which may be null, where double is ' +
      'taken; use orElse(price, ...)',
  ],
])('refuses %s', async (_, changed: readonly { readonly name: string }[], reason) => {
  const names = changed.map(({ name }) => name)
  const fields = [...trade.fields.filter(({ name }) => !names.includes(name)), ...changed]
  expect(await convertWith({ ...trade, fields }, Buffer.alloc(9))).toBe(reason)
})

test.each<[string, StoredSchema, string]>([
  ['JSON Schema', { ...stored({}), type: 'JSON' }, 'it is of type JSON, not Avro'],
  ['Protobuf', { ...stored({}), type: 'PROTOBUF' }, 'it is of type PROTOBUF, not Avro'],
  [
    'references',
    { ...stored(trade), references: 1 },
    'it refers to other schemas; register it with its types inline',
  ],
  ['garbage', { ...stored(trade), text: '{"type"' }, 'it is no JSON'],
  [
    'no record',
    stored({ type: 'array', items: 'string' }),
    'a schema must be a record at its top; wrap its type in a record with a field',
  ],
  [
    'an unknown type',
    stored({ ...trade, fields: [{ name: 'price', type: 'money' }] }),
    'field "price": type "money" is not defined; correct it, or define it before its use',
  ],
])('says why it cannot read a schema of %s', async (_, schema, reason) => {
  const { framing } = framingWith([schema])
  const text = await convert(framing, framed(1, encode(btc)))
  expect(text).toBe(`schema 1 cannot be read: ${reason}`)
})

test('reads past fields that our types cannot hold, where nobody takes them', async () => {
  const [symbol, price, time, tags] = trade.fields
  const node = {
    type: 'record',
    name: 'Node',
    fields: [{ name: 'next', type: ['null', 'Node'] }],
  }
  const wide = {
    ...trade,
    fields: [
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      symbol,
      { name: 'any', type: ['null', 'string', 'double', { type: 'map', values: 'bytes' }] },
      price,
      { name: 'chain', type: node },
      time,
      tags,
      { name: 'again', type: 'Node' },
    ],
  }
  const body = foreign(wide, {
    ...btc,
    day: 19_000,
    any: { a: Buffer.from('xyz'), b: Buffer.alloc(0) },
    chain: { next: { next: { next: null } } },
    again: { next: null },
  })
  expect(await convertWith(wide, body)).toEqual(encode(btc))
  const cut = 'the value is none of schema 1: truncated buffer'
  expect(await convertWith(wide, body.subarray(0, -1))).toBe(cut)
  const longer = Buffer.concat([body, Buffer.from([0])])
  expect(await convertWith(wide, longer)).toBe('the value is none of schema 1: trailing data')
})

test('says of bytes that are none of their schema so, and holds nothing of them', async () => {
  const added = { ...trade, fields: [...trade.fields, { name: 'venue', type: 'string' }] }
  const text = await convertWith(added, Buffer.from('8secret', 'latin1'))
  expect(text).toMatch(/^the value is none of schema 1: bytes are not one market\.Trade: /)
  expect(text).not.toContain('secret')
})

test('remembers for a minute that the registry has no such schema', async () => {
  const clock = { now: 0 }
  const schemas: StoredSchema[] = []
  const { framing, asked } = framingWith(schemas, clock)
  const value = framed(1, encode(btc))
  expect(await convert(framing, value)).toBe('the registry has no schema 1')
  schemas.push(stored(trade))
  clock.now = 59_999
  expect(await convert(framing, value)).toBe('the registry has no schema 1')
  expect(asked).toEqual([1])
  clock.now = 60_000
  expect(await convert(framing, value)).toEqual(encode(btc))
  expect(asked).toEqual([1, 1])
})

test('asks a bounded number of times for schemas that are not there', async () => {
  const clock = { now: 0 }
  const { framing, asked } = framingWith([], clock)
  let last: unknown
  for (let id = 1; id <= 1005; id += 1) last = await convert(framing, framed(id, encode(btc)))
  expect(asked).toHaveLength(1000)
  expect(last).toBe('schema 1005 was not looked up, because the registry lacks 1000 others')
  clock.now = 60_000
  await convert(framing, framed(1005, encode(btc)))
  expect(asked.at(-1)).toBe(1005)
})

test('looks a schema up once, however many ask at the same time', async () => {
  const { framing, asked } = framingWith([stored(trade)])
  await Promise.all([framing.resolve(1), framing.resolve(1)])
  await framing.resolve(1)
  expect(asked).toEqual([1])
})

test('hands on that the registry is away, and asks again the next time', async () => {
  let calls = 0
  const framing = createFraming({
    own: ownSchema(trade),
    prefix: undefined,
    known: undefined,
    register: () => Promise.resolve(framed(7, Buffer.alloc(0))),
    find: () => {
      calls += 1
      return calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(stored(trade))
    },
  })
  await expect(framing.resolve(1)).rejects.toThrow('away')
  expect(await convert(framing, framed(1, encode(btc)))).toEqual(encode(btc))
})

test('has a prefix for a topic that was only read once its schema is registered', async () => {
  const { framing } = framingWith([])
  expect(framing.prefix).toBeUndefined()
  await framing.register()
  expect([...(framing.prefix ?? [])]).toEqual([0, 0, 0, 0, 7])
})
