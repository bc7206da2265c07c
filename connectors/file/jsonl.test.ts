import { expect, test } from 'vitest'
import { collectText, faults, micros, topicOf, values } from './collect.test-data.ts'
import { LONGEST_RECORD } from './input-record.ts'
import type { InputItem } from './input-record.ts'

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 10 }
const level = {
  type: 'record',
  name: 'Level',
  fields: [
    { name: 'price', type: 'double' },
    { name: 'cash', type: ['null', decimal], default: null },
  ],
}
const topic = topicOf([
  ['symbol', 'string'],
  ['time', micros],
  ['level', level, { price: 0.5 }],
  ['levels', { type: 'array', items: 'Level' }, []],
  ['tags', { type: 'map', values: 'long' }, {}],
  ['note', ['null', 'string'], null],
])
const bare = topicOf([['price', 'double']], { key: ['price'], time: undefined, delay: 3 })

async function only(line: string, of = topic): Promise<InputItem | undefined> {
  const { items } = await collectText('rows.jsonl', `${line}\n`, of)
  expect(items.length).toBeLessThan(2)
  return items[0]
}

function cashOf(item: InputItem | undefined): string {
  const value = item?.kind === 'record' ? item.value : undefined
  return String((value?.['level'] as { readonly cash: unknown } | undefined)?.cash)
}

const full = { symbol: 'A', time: 1398902400, level: { price: 1, cash: '0.10' } }

test.each([
  ['a bare value', full],
  ['an envelope', { value: full }],
  ['an envelope with all parts', { key: 'B', time: 1, available: 1, headers: {}, value: full }],
])('reads %s', async (_, json) => {
  const item = await only(JSON.stringify(json))
  expect(item).toMatchObject({ kind: 'record', time: 1398902400000000, place: 'rows.jsonl:1' })
  expect(item).toMatchObject({
    value: { symbol: 'A', level: { price: 1 }, levels: [], tags: {}, note: null },
  })
  expect(cashOf(item)).toBe('0.1')
})

test('takes times beside the value where the topic names no field', async () => {
  expect(await only('{"value":{"price":1},"time":1398902400292123999}', bare)).toMatchObject({
    time: 1398902400292123,
    available: 1398902400292126,
  })
  expect(
    await only('{"value":{"price":1},"time":"2014-05-01","available":1398902401}', bare),
  ).toMatchObject({ time: 1398902400000000, available: 1398902401000000 })
  expect(await only('{"price":1}', bare)).toMatchObject({
    kind: 'bad',
    reason: 'the record has no "time" beside its value',
  })
  expect(await only('{"value":{"price":1},"time":true}', bare)).toMatchObject({
    reason: expect.stringMatching(/^"time" beside the value is not ISO 8601/) as string,
  })
})

test('tells an envelope from a value whose schema has the same names', async () => {
  const rate = topicOf(
    [
      ['time', micros],
      ['value', 'double'],
    ],
    { key: ['time'] },
  )
  expect(await only('{"time":1398902400,"value":2}', rate)).toMatchObject({ value: { value: 2 } })
  expect(
    await only('{"time":1398902400,"value":{"time":1398902401,"value":2}}', rate),
  ).toMatchObject({ value: { value: 2 }, time: 1398902401000000 })
  expect(await only('{"key":5,"value":{"time":1398902401,"value":2}}', rate)).toMatchObject({
    value: { value: 2 },
  })
})

test('reads heartbeats', async () => {
  expect(await only('{"heartbeat":1398902400}')).toEqual({
    kind: 'heartbeat',
    available: 1398902400000000,
  })
  expect(await only('{"heartbeat":"soon"}')).toMatchObject({ kind: 'bad' })
})

test('reads a null value with a key as a tombstone', async () => {
  expect(await only('{"key":"A","time":1398902400,"value":null}')).toMatchObject({
    kind: 'record',
    value: null,
    key: 'A',
    time: 1398902400000000,
  })
  const twoKeys = topicOf(
    [
      ['symbol', 'string'],
      ['cash', decimal],
    ],
    { key: ['symbol', 'cash'], time: undefined },
  )
  expect(await only('{"key":["A","1.50"],"time":1398902400,"value":null}', twoKeys)).toMatchObject({
    key: '["A","1.5"]',
  })
  expect(await only('{"key":"A","time":1398902400,"value":null}', twoKeys)).toMatchObject({
    reason: '"key" is not a list of symbol, cash',
  })
  expect(await only('{"time":1398902400,"value":null}')).toMatchObject({
    reason: 'a record without a value needs a "key", and the line has none',
  })
  expect(await only('{"key":"A","value":null}')).toMatchObject({
    reason: 'the record has no "time" beside its value',
  })
})

test.each([
  ['"1234567890123456789.0123456789"', '1234567890123456789.0123456789'],
  ['1234567890123456789.0123456789', '1234567890123456789.0123456789'],
  ['0.1', '0.1'],
  ['1e3', '1000'],
  ['-0', '0'],
])('keeps every digit of the decimal %s', async (json, text) => {
  const item = await only(`{"symbol":"A","time":1398902400,"level":{"price":1,"cash":${json}}}`)
  expect(cashOf(item)).toBe(text)
})

test('reads doubles with more digits than they hold as the nearest', async () => {
  const item = await only('{"symbol":"A","time":1,"level":{"price":0.30000000000000004441}}')
  expect(item).toMatchObject({ value: { level: { price: 0.1 + 0.2 } } })
})

test.each([
  ['{"symbol":"A"', 'the line is not JSON'],
  ['{"symbol":"A","time":NaN}', 'the line is not JSON'],
  ['[1]', 'the line is not a JSON object'],
  ['12345678901234567890', 'the line is not a JSON object'],
  ['null', 'the line is not a JSON object'],
  ['{"value":5}', 'the value is not an object with the fields of Row'],
  ['{"time":1}', 'field "symbol" is missing and has no default'],
  ['{"symbol":null,"time":1}', 'field "symbol" is not string'],
  ['{"symbol":"\\ud800","time":1}', 'field "symbol" is not string'],
  ['{"symbol":5,"time":1}', 'field "symbol" is not string'],
  ['{"symbol":"A","time":1,"level":{"price":"1"}}', 'field "level.price" is not double'],
  ['{"symbol":"A","time":1,"level":{"price":1e999}}', 'larger than a double can be'],
  ['{"symbol":"A","time":1,"levels":[{"price":1},5]}', 'field "levels[1]" is not an object'],
  ['{"symbol":"A","time":1,"levels":{}}', 'field "levels" is not list of Level'],
  ['{"symbol":"A","time":1,"tags":{"a":9007199254740993}}', 'field "tags{a}" is an integer beyond'],
  ['{"symbol":"A","time":1,"tags":{"a":1.5}}', 'field "tags{a}" is not an integer'],
  ['{"symbol":"A","time":1,"tags":{"__proto__":1}}', 'field "tags" is not map of long'],
  ['{"symbol":"A","time":1,"level":{"price":1,"cash":"1.23456789012"}}', '11 decimals'],
  ['{"symbol":"A","time":"yesterday"}', 'field "time" is not ISO 8601'],
])('takes %s for bad', async (line, reason) => {
  const item = await only(line)
  expect(item).toMatchObject({ kind: 'bad', original: line })
  expect(item).toMatchObject({ reason: expect.stringContaining(reason) as string })
})

test('says when a bad record was available, where that can be read', async () => {
  expect(await only('{"symbol":5,"time":1398902400}')).toMatchObject({
    available: 1398902400000000,
  })
  expect(await only('{"symbol":5}')).not.toHaveProperty('available')
})

test('counts fields that the schema lacks, nested ones too', async () => {
  const line = '{"symbol":"A","time":1,"x":1,"level":{"price":1,"y":2}}\n'
  const { ignored, items } = await collectText('rows.jsonl', line.repeat(3), topic)
  expect(ignored).toEqual({ x: 3, 'level.y': 3 })
  expect(items).toHaveLength(3)
})

test('takes no field from the prototype of objects', async () => {
  const odd = topicOf([['constructor', 'string']], { time: undefined, key: ['constructor'] })
  expect(await only('{"value":{},"time":1}', odd)).toMatchObject({
    reason: 'field "constructor" is missing and has no default',
  })
})

test('reads lines in any framing and skips blank ones', async () => {
  const line = (symbol: string): string => `{"symbol":"${symbol}","time":1398902400}`
  const text = `\uFEFF${line('A')}\r\n\n  \r\n${line('Zürich')}\n${line('C')}`
  const read = await collectText('rows.ndjson', text, topic)
  expect(values(read)).toMatchObject([{ symbol: 'A' }, { symbol: 'Zürich' }, { symbol: 'C' }])
  expect(read.items.at(-1)).toMatchObject({ place: 'rows.ndjson:5' })
})

test('gives no records for an empty file, as a topic without records leaves one', async () => {
  expect(await collectText('rows.jsonl', '', topic)).toEqual({ items: [], ignored: {} })
})

test('loses one line each to NUL bytes, half a character and a line that is too long', async () => {
  const good = '{"symbol":"A","time":1398902400}\n'
  const bytes = Buffer.concat([
    Buffer.from(`${good}\0\0\0\n{"symbol":"`),
    Buffer.from([0xe2, 0x82]),
    Buffer.from(`","time":1}\n${'['.repeat(10 * LONGEST_RECORD)}\n${good}`),
  ])
  const read = await collectText('rows.jsonl', bytes, topic)
  expect(faults(read)).toEqual([
    'rows.jsonl:2: the line is not JSON',
    'rows.jsonl:3: the line is not UTF-8',
    `rows.jsonl:4: the line is longer than ${LONGEST_RECORD} bytes`,
  ])
  expect(read.items[2]).toMatchObject({ original: expect.stringMatching(/^base64:/) as string })
  expect(read.items[4]).toMatchObject({ kind: 'record', place: 'rows.jsonl:5' })
  expect(JSON.stringify(read.items[3]).length).toBeLessThan(2000)
})

test('takes a line that is nested too deep for bad', async () => {
  const read = await collectText('rows.jsonl', `{"symbol":${'['.repeat(500_000)}\n`, topic)
  expect(faults(read)).toEqual(['rows.jsonl:1: the line is not JSON'])
})
