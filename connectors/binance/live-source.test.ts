import { expect, onTestFinished, test } from 'vitest'
import { avroToType, parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Log } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { createMemoryBroker } from '../memory/memory-broker.ts'
import { readPartition } from '../read-partition.ts'
import { HEARTBEAT, kindOf, RECORD, valueAt } from '../record-batch.ts'
import type { SourceClock } from '../source.ts'
import type { LiveTopic } from './append-arrivals.ts'
import { startLiveSource } from './live-source.ts'
import { futuresDepth, futuresSnapshot, futuresTrade, inStream } from './messages.test-data.ts'
import { openVenue, type VenueOptions, type VenueSocket } from './venue.test-data.ts'

const START = 1_800_000_000_000_000

function topicOf(name: string, schemaName: string): LiveTopic {
  const source = builtInSchemas.get(schemaName)
  if (source === undefined) throw new Error(`no schema ${schemaName}`)
  const { schema } = parseSchema(source)
  const times = { time: 'time', available: 'received', delay: 0, unit: undefined }
  const about = { name, topic: name, partitions: 1, key: ['symbol'] }
  return { ...about, ...times, schema, record: avroToType(schema) }
}

const trades = topicOf('trades', 'market/Trade')
const depth = topicOf('depth', 'market/Depth')

/** Time passes while somebody waits; each look at the present is a microsecond later. */
function handClock(): SourceClock {
  let [now, looks] = [0, 0]
  return {
    now: () => now,
    present: () => START + now * 1000 + (looks += 1),
    pause: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve))
      now += ms
    },
  }
}

interface Row {
  readonly available: number
  /** Of a record; undefined: a heartbeat; null: unreadable. */
  readonly value: Readonly<Record<string, unknown>> | undefined | null
}

async function rowsOf(log: Log, topic: LiveTopic): Promise<readonly Row[]> {
  const codec = createCodec(topic.schema)
  const rows: Row[] = []
  for (const bounds of await log.bounds([{ topic: topic.topic, partition: 0 }])) {
    for await (const { batch, from } of readPartition(log, bounds)) {
      for (let row = from; row < batch.count; row += 1) {
        const kind = kindOf(batch, row)
        const bytes = valueAt(batch, row)
        const value = kind === RECORD && bytes ? codec.decode(bytes) : null
        const available = batch.available[row] ?? 0
        rows.push({ available, value: kind === HEARTBEAT ? undefined : value })
      }
    }
  }
  return rows
}

function records(rows: readonly Row[]): readonly Readonly<Record<string, unknown>>[] {
  return rows.flatMap(({ value }) => (value ? [value] : []))
}

interface Scene {
  readonly room?: number
  readonly log?: Log
}

/** A source of one symbol at a venue; what it says is kept, and can be waited for. */
async function open(venueOptions: VenueOptions, { room, log: given }: Scene = {}) {
  const venue = await openVenue(venueOptions)
  const log = given ?? createMemoryBroker().connect()
  await log.createTopics(
    [trades, depth].map(({ topic }) => ({ name: topic, partitions: 1, keeps: 'all' as const })),
  )
  const said: string[] = []
  const listeners = new Set<() => void>()
  const source = startLiveSource({
    name: 'feed',
    market: 'usdm',
    symbols: ['BTCUSDT'],
    endpoints: venue,
    topics: new Map([
      ['trades', trades],
      ['depth', depth],
    ]),
    log,
    clock: handClock(),
    report: (kind, message) => {
      said.push(`${kind}: ${message}`)
      for (const listener of listeners) listener()
    },
    ...(room !== undefined && { room }),
  })
  onTestFinished(() => Promise.allSettled([source.stop()]).then(() => undefined))
  const until = (wanted: RegExp, times = 1): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (said.filter((each) => wanted.test(each)).length >= times) resolve()
      }
      listeners.add(look)
      look()
    })
  return { venue, log, source, said, until }
}

const trade = (id: number) => inStream('btcusdt@trade', { ...futuresTrade, t: id })
const change = (first: number, last: number, before: number) =>
  inStream('btcusdt@depth@100ms', { ...futuresDepth, U: first, u: last, pu: before })
const bookAt = (update: number) => ({ ...futuresSnapshot, lastUpdateId: update })

test('appends what comes with when it was received, a snapshot, and heartbeats', async () => {
  const { venue, log, source, said, until } = await open({
    onSocket: (socket, index) => {
      if (index > 0) return
      socket.send(trade(1))
      socket.send(change(10, 12, 9))
      socket.send(trade(2))
      socket.close(1000)
    },
    snapshot: () => bookAt(11),
  })
  await until(/it was closed there/)
  await until(/source-snapshot/)
  await source.stop()
  const traded = await rowsOf(log, trades)
  expect(records(traded).map((value) => value['trade_id'])).toEqual(['1', '2'])
  for (const { value, available } of traded) {
    if (value) expect(value['received']).toBe(available)
  }
  const booked = await rowsOf(log, depth)
  expect(records(booked).map((value) => [value['snapshot'], value['last_update']])).toEqual(
    expect.arrayContaining([
      [false, 12],
      [true, 11],
    ]),
  )
  for (const rows of [traded, booked]) {
    const available = rows.map((row) => row.available)
    expect(available).toEqual(available.toSorted((a, b) => a - b))
    expect(rows.at(-1)?.value).toBeUndefined()
  }
  expect(venue.requests[0]).toBe('/fapi/v1/depth?symbol=BTCUSDT&limit=1000')
  const end = /^source-closed: appended [4-9] records and 0 that cannot be read; not taken: 0$/
  expect(said.at(-1)).toMatch(end)
})

test('asks for all streams in one connection, and says which bring nothing', async () => {
  const paths: string[] = []
  const { source, until } = await open({ onSocket: ({ path }) => void paths.push(path) })
  await until(/source-silent: BTCUSDT trades, BTCUSDT depth brought nothing/)
  await source.stop()
  expect(paths).toEqual(['/stream?streams=btcusdt@trade/btcusdt@depth@100ms'])
})

test('connects again when it was dropped, and asks for another snapshot', async () => {
  const { log, source, venue, until } = await open({
    onSocket: (socket, index) => {
      socket.send(change(10 + index * 100, 12 + index * 100, 9 + index * 100))
      socket.send(trade(index))
      if (index < 3) socket.close(1001)
    },
    snapshot: () => bookAt(400),
  })
  await until(/it was closed there/, 3)
  await until(/source-snapshot/)
  await source.stop()
  const ids = records(await rowsOf(log, trades)).map((value) => value['trade_id'])
  expect(ids.slice(0, 3)).toEqual(['0', '1', '2'])
  expect(venue.requests.length).toBeGreaterThan(0)
  const updates = records(await rowsOf(log, depth)).map((value) => value['last_update'])
  expect(updates).toEqual(expect.arrayContaining([12, 112, 212, 400]))
})

test('asks for another snapshot where updates are missing, or it was too old', async () => {
  let socket: VenueSocket | undefined
  const { source, venue, said, until } = await open({
    onSocket: (opened) => {
      socket = opened
      opened.send(change(10, 12, 9))
    },
    // The first reaches what has come, the second is from before the gap.
    snapshot: (_, index) => bookAt([11, 12][index] ?? 40),
  })
  await until(/source-snapshot/)
  socket?.send(change(30, 32, 29))
  await until(/source-snapshot: BTCUSDT: the book as of update 40/)
  await source.stop()
  expect(said.filter((line) => line.startsWith('source-gap'))).toHaveLength(1)
  expect(venue.requests).toHaveLength(3)
})

test('asks again where no snapshot can be had', async () => {
  const answers = [503, { code: -1, msg: 'no' }, { lastUpdateId: 'x' }]
  const { source, venue, said, until } = await open({
    snapshot: (_, index) => answers[index] ?? bookAt(5),
  })
  await until(/source-snapshot/)
  await source.stop()
  expect(venue.requests).toHaveLength(4)
  const retried = said.filter((line) => line.startsWith('source-retrying'))
  expect(retried.map((line) => line.replace(/^.*no snapshot: /, ''))).toEqual([
    'status 503',
    'the answer is no order book',
    'field "T" is missing',
  ])
})

test('keeps what cannot be read, and counts what it does not take', async () => {
  const { log, source, said, until } = await open({
    onSocket: (socket) => {
      socket.send(inStream('btcusdt@trade', { ...futuresTrade, p: 'x' }))
      socket.send('junk')
      socket.send({ result: null, id: 1 })
      socket.send(trade(7))
      socket.close(1000)
    },
    snapshot: () => bookAt(5),
  })
  await until(/source-retrying: it was closed/)
  await source.stop()
  const traded = (await rowsOf(log, trades)).filter(({ value }) => value !== undefined)
  expect(traded.slice(0, 3).map(({ value }) => value === null)).toEqual([true, true, false])
  expect(said.at(-1)).toMatch(/that cannot be read; not taken: [1-9]/)
})

test('drops the connection where the log is too slow, and loses nothing before that', async () => {
  const room = JSON.stringify(trade(0)).length * 10
  const { log, source, said, until } = await open(
    {
      onSocket: (socket, index) => {
        for (let id = 0; id < (index === 0 ? 500 : 3); id += 1)
          socket.send(trade(index * 1000 + id))
        if (index > 0) socket.close(1000)
      },
      snapshot: () => 404,
    },
    { room },
  )
  await until(/source-retrying: the log is slower than what comes/)
  await until(/it was closed there/)
  await source.stop()
  const ids = records(await rowsOf(log, trades)).map((value) => Number(value['trade_id']))
  const [before, after] = [ids.filter((id) => id < 1000), ids.filter((id) => id >= 1000)]
  expect(before.length).toBeLessThan(500)
  expect(before).toEqual(before.map((_, index) => index))
  expect(after.slice(0, 3)).toEqual([1000, 1001, 1002])
  expect(said.at(-1)).toMatch(/^source-closed/)
})

test('stops while it waits to connect again', async () => {
  const { source, until } = await open({ onSocket: (socket) => socket.destroy() })
  await until(/source-retrying/, 3)
  await source.stop()
  await expect(source.done).resolves.toBeUndefined()
})

test('ends with the failure of the log', async () => {
  const inner = createMemoryBroker().connect()
  const log: Log = {
    ...inner,
    producer: async (name) => {
      const producer = await inner.producer(name)
      const fenced = new EngineError('fenced', 'another has the name', { coordinates: {} })
      return { ...producer, transact: () => Promise.reject(fenced) }
    },
  }
  const { source } = await open({ onSocket: (socket) => socket.send(trade(1)) }, { log })
  await expect(source.done).rejects.toThrow('another has the name')
})
