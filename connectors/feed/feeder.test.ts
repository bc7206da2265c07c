import { expect, test } from 'vitest'
import { createCodec } from '../../schemas/codec.ts'
import { keyBytes, partitionOf } from '../../schemas/key.ts'
import type { Log, Producer, Writes } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { InputItem } from '../file/input-record.ts'
import { createMemoryBroker } from '../memory/memory-broker.ts'
import { END, HEARTBEAT, keyAt, kindOf, RECORD, UNREADABLE, valueAt } from '../record-batch.ts'
import { createFeeder } from './feeder.ts'

const schema = {
  type: 'record',
  name: 'Quote',
  fields: [
    { name: 'symbol', type: ['null', 'string'] },
    { name: 'bid', type: 'double' },
  ],
}
const codec = createCodec(schema)
const topic = { topic: 'quotes.v1', schema, key: ['symbol'] }

function quote(symbol: string | null, bid: unknown, at: number, line = at): InputItem {
  const place = `quotes.csv:${line}`
  return { kind: 'record', value: { symbol, bid }, time: at, available: at + 1, place }
}

interface Row {
  readonly kind: number
  readonly key: string | undefined
  readonly value: unknown
  readonly time: number
  readonly available: number
  readonly source: string | undefined
}

async function openTopic(partitions: number): Promise<{ log: Log; producer: Producer }> {
  const log = createMemoryBroker().connect()
  await log.createTopics([{ name: 'quotes.v1', partitions, keeps: 'all' }])
  return { log, producer: await log.producer('feed') }
}

/** All rows of a partition; values of records decoded, others as text. */
async function rowsOf(log: Log, partition: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  const options = { maxRecords: 1_000_000, waitMs: 0 }
  const [fetched] = await log.fetch([{ topic: 'quotes.v1', partition, offset: 0 }], options)
  for (const { batch, from } of fetched?.batches ?? []) {
    for (let row = from; row < batch.count; row += 1) {
      const kind = kindOf(batch, row)
      const bytes = valueAt(batch, row)
      const { sources } = batch
      const file = sources?.names[sources.indexes[row] ?? -1]
      rows.push({
        kind,
        key: keyAt(batch, row),
        value: bytes && (kind === RECORD ? codec.decode(bytes) : bytes.toString('latin1')),
        time: batch.times[row] ?? 0,
        available: batch.available[row] ?? 0,
        source: file && `${file}:${String(sources.offsets[row])}`,
      })
    }
  }
  return rows
}

async function feed(items: readonly InputItem[], partitions = 1) {
  const { log, producer } = await openTopic(partitions)
  const feeder = createFeeder({ producer, topic, partitions })
  await feeder.add(items)
  await feeder.flush()
  return { log, feeder }
}

test('writes records with key, value, times and place', async () => {
  const { log, feeder } = await feed([quote('EURUSD', 1.5, 10, 2)])
  expect(await rowsOf(log, 0)).toEqual([
    {
      kind: RECORD,
      key: 'EURUSD',
      value: { symbol: 'EURUSD', bid: 1.5 },
      time: 10,
      available: 11,
      source: 'quotes.csv:2',
    },
  ])
  expect({ ...feeder }).toMatchObject({ records: 1, bad: 0, clock: 11 })
})

test('keeps a place that is in no file as it is', async () => {
  const inTest = { ...quote('EURUSD', 1, 1), place: 'quotes[3]' }
  const nowhere = { ...quote('EURUSD', 1, 1), place: '' }
  const rows = await rowsOf((await feed([inTest, nowhere])).log, 0)
  expect(rows.map(({ source }) => source)).toEqual(['quotes[3]:-1', undefined])
})

test('brings each key to the partition that Kafka would, in its order', async () => {
  const symbols = Array.from({ length: 90 }, (_, index) => `S${index % 30}`)
  const { log } = await feed(
    symbols.map((symbol, index) => quote(symbol, index, index)),
    3,
  )
  let total = 0
  for (const partition of [0, 1, 2]) {
    const rows = await rowsOf(log, partition)
    total += rows.length
    expect(rows.map(({ time }) => time)).toEqual(
      symbols.flatMap((symbol, index) =>
        partitionOf(keyBytes(symbol), 3) === partition ? [index] : [],
      ),
    )
    expect(rows.length).toBeGreaterThan(0)
  }
  expect(total).toBe(90)
})

test('writes a null value under its key', async () => {
  const gone: InputItem = {
    kind: 'record',
    value: null,
    key: 'EURUSD',
    time: 1,
    available: 2,
    place: 'quotes.jsonl:1',
  }
  const [row] = await rowsOf((await feed([gone])).log, 0)
  expect(row).toMatchObject({ kind: RECORD, key: 'EURUSD', value: null, time: 1, available: 2 })
})

test('gives a topic without a key the global key', async () => {
  const { log, producer } = await openTopic(1)
  const feeder = createFeeder({ producer, topic: { ...topic, key: [] }, partitions: 1 })
  await feeder.add([quote('EURUSD', 1, 1)])
  await feeder.flush()
  expect((await rowsOf(log, 0)).map(({ key }) => key)).toEqual(['[]'])
})

test('keeps what could not be read as its bytes, with the reason, in partition 0', async () => {
  const bad = { kind: 'bad', place: 'quotes.csv:9' } as const
  const { log, feeder } = await feed(
    [
      { ...bad, reason: 'column "bid" is not a number', original: 'EURUSD,x', available: 7 },
      { ...bad, reason: 'the line is not UTF-8', original: 'base64:/+4=' },
    ],
    2,
  )
  expect(await rowsOf(log, 0)).toEqual([
    {
      kind: UNREADABLE,
      key: 'column "bid" is not a number',
      value: 'EURUSD,x',
      time: NaN,
      available: 7,
      source: 'quotes.csv:9',
    },
    expect.objectContaining({ key: 'the line is not UTF-8', value: '\xff\xee', available: NaN }),
  ])
  expect(await rowsOf(log, 1)).toEqual([])
  expect({ ...feeder }).toMatchObject({ records: 0, bad: 2, clock: Number.NEGATIVE_INFINITY })
})

test('makes a record without a key, or that its schema cannot hold, unreadable', async () => {
  const { log, feeder } = await feed(
    [quote(null, 1, 1), quote('A', 'high', 2), quote('A', 3, 3)],
    1,
  )
  const rows = await rowsOf(log, 0)
  expect(rows.map(({ kind, key, value }) => [kind, key, value])).toEqual([
    [UNREADABLE, 'key field "symbol" is null', '{"symbol":null,"bid":1}'],
    [UNREADABLE, expect.stringContaining('"bid"'), '{"symbol":"A","bid":"high"}'],
    [RECORD, 'A', { symbol: 'A', bid: 3 }],
  ])
  expect(rows.map(({ available }) => available)).toEqual([2, 3, 4])
  expect({ ...feeder }).toMatchObject({ records: 1, bad: 2, clock: 4 })
})

test('writes heartbeats and the end to every partition', async () => {
  const { log, producer } = await openTopic(2)
  const feeder = createFeeder({ producer, topic, partitions: 2 })
  await feeder.add([{ kind: 'heartbeat', available: 50 }])
  await feeder.end(feeder.clock)
  for (const partition of [0, 1]) {
    const rows = await rowsOf(log, partition)
    expect(rows.map(({ kind, key, value, available }) => [kind, key, value, available])).toEqual([
      [HEARTBEAT, undefined, null, 50],
      [END, undefined, null, 50],
    ])
  }
  expect({ ...feeder }).toMatchObject({ records: 0, bad: 0, clock: 50 })
})

test('commits every ten thousand rows and counts what is committed', async () => {
  const writes: Writes[] = []
  const rowsIn = ({ appends }: Writes): number =>
    appends.reduce((sum, { batch }) => sum + batch.count, 0)
  const producer: Producer = {
    name: 'feed',
    epoch: 1,
    transact: (each) => {
      writes.push(each)
      return Promise.resolve([])
    },
    close: () => Promise.resolve(),
  }
  const feeder = createFeeder({ producer, topic, partitions: 2 })
  const items = Array.from({ length: 25_000 }, (_, index) => quote(`S${index % 5}`, index, index))
  await feeder.add(items)
  expect(feeder.records).toBe(writes.reduce((sum, each) => sum + rowsIn(each), 0))
  expect(writes.map(rowsIn).map((rows) => Math.round(rows / 100))).toEqual([100, 100])
  await feeder.flush()
  expect(feeder.records).toBe(25_000)
  expect(writes).toHaveLength(3)
  await feeder.flush()
  expect(writes).toHaveLength(3)
})

test('commits large records sooner', async () => {
  let transactions = 0
  const transact = (): Promise<number[]> => {
    transactions += 1
    return Promise.resolve([])
  }
  const producer = { name: 'feed', epoch: 1, transact, close: () => Promise.resolve() }
  const feeder = createFeeder({ producer, topic, partitions: 1 })
  await feeder.add(Array.from({ length: 200 }, (_, index) => quote('x'.repeat(1 << 17), 1, index)))
  expect(transactions).toBeGreaterThan(1)
})

test('does not count what a failed transaction took', async () => {
  const fenced = new EngineError('fenced', 'another took the name', { coordinates: {} })
  const transact = (): Promise<never> => Promise.reject(fenced)
  const producer = { name: 'feed', epoch: 1, transact, close: () => Promise.resolve() }
  const feeder = createFeeder({ producer, topic, partitions: 1 })
  await feeder.add([quote('A', 1, 1)])
  await expect(feeder.flush()).rejects.toBe(fenced)
  expect(feeder.records).toBe(0)
})
