import { expect, test } from 'vitest'
import { avroToType, parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { writeTemporary } from '../file/collect.test-data.ts'
import type { InputTopic } from '../file/input-record.ts'
import { byTopic, type CaptureSource, mergeCaptures, type RoutedItem } from './merge-captures.ts'
import {
  futuresDepth,
  futuresTicker,
  futuresTrade,
  line,
  spotTicker,
} from './messages.test-data.ts'

const START = 1_723_161_255_000_000

function topicOf(name: string, schemaName: string, times: Partial<InputTopic> = {}): InputTopic {
  const source = builtInSchemas.get(schemaName)
  if (source === undefined) throw new Error(`no schema ${schemaName}`)
  const { schema } = parseSchema(source)
  const usual = { time: 'time', available: 'received', delay: 0, unit: undefined }
  return { name, schema, record: avroToType(schema), key: ['symbol'], ...usual, ...times }
}

const trades = topicOf('trades', 'market/Trade')
const depth = topicOf('depth', 'market/Depth')
const quotes = topicOf('quotes', 'market/Quote', { available: undefined })
const all: CaptureSource<InputTopic>['topics'] = new Map([
  ['trades', [trades]],
  ['depth', [depth]],
  ['quotes', [quotes]],
])

/** A capture of messages received so many milliseconds after the start. */
function capture(name: string, messages: readonly (readonly [ms: number, message: unknown])[]) {
  const lines = messages.map(([ms, message]) =>
    typeof message === 'string' ? message : line(BigInt(START + ms * 1000) * 1000n, message),
  )
  return writeTemporary(name, lines.join(''))
}

async function merged(sources: readonly CaptureSource<InputTopic>[]) {
  const items: RoutedItem<InputTopic>[] = []
  const captures = mergeCaptures(sources)
  for await (const batch of captures) items.push(...batch)
  return { items, leftOut: captures.leftOut }
}

/** Topic and place, or `heartbeat` and its millisecond, item by item. */
function shown(items: readonly RoutedItem<InputTopic>[]): readonly string[] {
  return items.map(({ topic, item }) =>
    item.kind === 'heartbeat'
      ? `${topic.name} heartbeat ${(item.available - START) / 1000}`
      : `${topic.name} ${item.place}`,
  )
}

const ether = { ...futuresTrade, s: 'ETHUSDT' }

test('merges captures by when messages were received, ties by their order', async () => {
  const a = capture('a.raw', [
    [1, futuresTrade],
    [3, futuresTrade],
    [5, futuresTrade],
  ])
  const b = capture('b.raw', [
    [0, ether],
    [3, ether],
    [4, ether],
  ])
  const order = ['b.raw:1', 'a.raw:1', 'a.raw:2', 'b.raw:2', 'b.raw:3', 'a.raw:3']
  const { items } = await merged([a, b].map((path) => ({ path, topics: all })))
  expect(shown(items)).toEqual(order.map((place) => `trades ${place}`))
})

test('keeps the order of a capture whose clock went back', async () => {
  const a = capture('a.raw', [
    [5, futuresTrade],
    [2, futuresTrade],
    [6, futuresTrade],
  ])
  const b = capture('b.raw', [[4, ether]])
  const { items } = await merged([a, b].map((path) => ({ path, topics: all })))
  expect(shown(items)).toEqual(
    ['b.raw:1', 'a.raw:1', 'a.raw:2', 'a.raw:3'].map((p) => `trades ${p}`),
  )
})

test('tells every topic how far the captures have come, each second', async () => {
  const path = capture('a.raw', [
    [500, futuresTrade],
    [900, futuresTicker],
    [1000, futuresTrade],
    [4200, futuresTrade],
  ])
  const { items } = await merged([{ path, topics: all }])
  expect(shown(items)).toEqual([
    'trades a.raw:1',
    'quotes a.raw:2',
    'trades heartbeat 1000',
    'depth heartbeat 1000',
    'quotes heartbeat 1000',
    'trades a.raw:3',
    'trades heartbeat 4000',
    'depth heartbeat 4000',
    'quotes heartbeat 4000',
    'trades a.raw:4',
  ])
})

test('counts what no topic takes', async () => {
  const path = capture('a.raw', [
    [0, futuresTrade],
    [1, futuresTicker],
    [2, futuresDepth],
    [3, futuresTicker],
    [4, { e: 'aggTrade' }],
  ])
  const { items, leftOut } = await merged([{ path, topics: new Map([['trades', [trades]]]) }])
  expect(shown(items)).toEqual(['trades a.raw:1'])
  expect(leftOut).toEqual([
    {
      name: 'a.raw',
      streams: new Map([
        ['quotes', 2],
        ['depth', 1],
      ]),
      others: new Map([['aggTrade', 1]]),
    },
  ])
})

test('gives a stream to all topics that take it', async () => {
  const twice = new Map([['trades', [trades, topicOf('more', 'market/Trade')]]] as const)
  const { items } = await merged([{ path: capture('a.raw', [[0, futuresTrade]]), topics: twice }])
  expect(shown(items)).toEqual(['trades a.raw:1', 'more a.raw:1'])
})

test('gives what cannot be read to the topic that it was for, else to one', async () => {
  const path = capture('a.raw', [
    [0, { ...futuresDepth, b: 'none' }],
    [1, '{"e":"tra\n'],
  ])
  const { items } = await merged([{ path, topics: all }])
  expect(shown(items)).toEqual(['depth a.raw:1', 'trades a.raw:2'])
  const only = await merged([{ path, topics: new Map([['quotes', [quotes]]]) }])
  expect(shown(only.items)).toEqual(['quotes a.raw:2'])
  expect(only.leftOut[0]?.streams).toEqual(new Map([['depth', 1]]))
})

test('stamps a record as its topic declares its times', async () => {
  const path = capture('a.raw', [[0, futuresTrade]])
  const time = 1723161256322000
  const cases: [times: Partial<InputTopic>, time: number, available: number][] = [
    [{}, time, START],
    [{ available: undefined }, time, START],
    [{ available: 'time' }, time, time],
    [{ time: 'received', available: undefined }, START, START],
    [{ time: undefined, available: undefined, delay: 5 }, time, START],
  ]
  for (const [times, own, available] of cases) {
    const topic = topicOf('trades', 'market/Trade', times)
    const { items } = await merged([{ path, topics: new Map([['trades', [topic]]]) }])
    expect(items).toMatchObject([{ item: { kind: 'record', time: own, available } }])
  }
})

test('says when a bad message could be known only where that is when it was received', async () => {
  const path = capture('a.raw', [[0, { ...futuresTrade, p: 'x' }]])
  const cases: [available: string | undefined, known: number | undefined][] = [
    ['received', START],
    [undefined, START],
    ['time', undefined],
  ]
  for (const [available, known] of cases) {
    const topic = topicOf('trades', 'market/Trade', { available })
    const { items } = await merged([{ path, topics: new Map([['trades', [topic]]]) }])
    const [found] = items
    expect(found?.item.kind).toBe('bad')
    expect(found?.item.available).toBe(known)
  }
})

test('refuses to mix two markets in one topic, and lets them be in two', async () => {
  const spot = capture('spot.raw', [[0, spotTicker]])
  const futures = capture('futures.raw', [[0, futuresTicker]])
  const sources = [spot, futures].map((path) => ({ path, topics: all }))
  await expect(merged(sources)).rejects.toMatchObject({
    name: 'InputProblem',
    message: expect.stringMatching(/spot\.raw is of spot and futures\.raw of usdm/) as string,
  })
  const apart = topicOf('spot-quotes', 'market/Quote', { available: undefined })
  const { items } = await merged([
    { path: spot, topics: new Map([['quotes', [apart]]]) },
    { path: futures, topics: all },
  ])
  expect(shown(items)).toEqual(['spot-quotes spot.raw:1', 'quotes futures.raw:1'])
})

test('groups items by topic, each in its order', async () => {
  const path = capture('a.raw', [
    [0, futuresTrade],
    [1, futuresTicker],
    [2, futuresTrade],
  ])
  const { items } = await merged([{ path, topics: all }])
  const grouped = [...byTopic(items)].map(([topic, own]) => [topic.name, own.length])
  expect(grouped).toEqual([
    ['trades', 2],
    ['quotes', 1],
  ])
})
