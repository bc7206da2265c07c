import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { questdb as server } from '../../docker/native/questdb.ts'
import { portOf } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { type StartedServer, startServer } from '../../test/servers/start-server.ts'
import { startTcpProxy } from '../../test/servers/tcp-proxy.ts'
import type { Sink, SinkRecord } from '../sink.ts'
import {
  batch,
  clock,
  FIRST,
  LOGIN,
  type OpenOptions,
  openTrades,
  trade,
  tradeAt,
  writeUpTo,
} from './questdb.test-data.ts'

const headers = {
  authorization: `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64')}`,
}

type Row = readonly unknown[]

async function ask(url: string, sql: string): Promise<readonly Row[]> {
  const answer = await fetch(`${url}/exec?query=${encodeURIComponent(sql)}`, { headers })
  const said = (await answer.json()) as {
    readonly dataset?: readonly Row[]
    readonly error?: string
  }
  if (said.error !== undefined) throw new Error(`${sql}: ${said.error}`)
  return said.dataset ?? []
}

/** The server of docker/native, but that it lets in only who has a password. */
const guarded: typeof server = {
  ...server,
  ready: async (place) => {
    const url = `http://127.0.0.1:${portOf(place, 'questdb')}`
    return ask(url, 'SELECT 1').then(
      (rows) => rows.length === 1,
      () => false,
    )
  },
}

const COLUMNS = 'symbol, price, side, trade_id, cast(time AS LONG), "_partition", "_offset"'

describeWith([server], 'a sink into QuestDB', () => {
  let started: StartedServer
  let url = ''

  beforeAll(async () => {
    const settings = { 'http.user': LOGIN.user, 'http.password': LOGIN.password }
    started = await startServer(guarded, {
      settings: { ...settings, 'dev.mode.enabled': 'true' },
    })
    url = String(started.addresses[0])
  }, 60_000)

  afterAll(() => started.stop())

  async function open(table: string, options: OpenOptions = {}): Promise<Sink> {
    const sink = await openTrades(url, { ...options, config: { table, ...options.config } })
    onTestFinished(() => sink.close())
    return sink
  }

  const read = (table: string, columns = COLUMNS) =>
    ask(url, `SELECT ${columns} FROM "${table}" ORDER BY "_partition", "_offset"`)

  const rowOf = ({ offset, value, time }: SinkRecord): Row => [
    ...['symbol', 'price', 'side', 'trade_id'].map((name) => value?.[name]),
    ...[time, 0, offset],
  ]
  const expected = (end: number) =>
    Array.from({ length: end }, (_, offset) => rowOf(tradeAt(offset)))

  test('equals the topic, goes on from its position, and disturbs nobody who asks', async () => {
    const sink = await open('equal trades')
    expect(await sink.positions()).toEqual(new Map())
    expect(await sink.count()).toEqual({ rows: 0, since: undefined })
    await writeUpTo(sink, 1_050, 100)
    expect(await sink.count()).toEqual({ rows: 1_050, since: undefined })
    expect(await read('equal trades')).toEqual(expected(1_050))
    expect(await sink.positions()).toEqual(new Map([[0, 1_050]]))
    const other = await sink.claim(1)
    expect(other.position).toBeUndefined()
    expect(await other.write(batch(7, [tradeAt(7), tradeAt(9)], 1))).toEqual([])
    expect(await other.write(batch(10, [], 1))).toEqual([])
    expect(await sink.positions()).toEqual(new Map([...[[0, 1_050] as const, [1, 10] as const]]))
    expect((await sink.claim(0)).position).toBe(1_050)
    expect((await sink.count())?.rows).toBe(1_052)
  })

  test('has every row of a day of quotes, also those of one millisecond', async () => {
    const path = join(import.meta.dirname, '../../apps/forex/data/oanda-eurusd-20140502.csv.gz')
    const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n').slice(1)
    const quotes = lines.map((line, offset): SinkRecord => {
      const [ms, symbol = '', bid, ask] = line.split(',')
      const time = Number(ms) * 1_000
      const value = { symbol, bid: Number(bid), ask: Number(ask), time }
      return { offset, key: symbol, value, time, available: time }
    })
    const double = { kind: 'double' } as const
    const record = {
      ...{ kind: 'record' as const, name: 'market.Quote' },
      fields: [
        { name: 'symbol', type: { kind: 'string' as const } },
        { name: 'bid', type: double },
        { name: 'ask', type: double },
        { name: 'time', type: { kind: 'time', unit: 'us' } as const },
      ],
    }
    const every = { every: 60_000_000, by: ['symbol'], ttl: 'none' }
    const values = { open: 'first(bid)', high: 'max(bid)', close: 'last(bid)', quotes: 'count()' }
    const rollups = { quotes_1m: { ...every, values } }
    const sink = await open('quotes', { topic: { record }, config: { rollups } })
    const partition = await sink.claim(0)
    for (let at = 0; at < quotes.length; at += 5_000) {
      await partition.write(batch(at, quotes.slice(at, at + 5_000)))
    }
    expect(await sink.count()).toEqual({ rows: 49_341, since: undefined })
    const rows = await read('quotes', 'symbol, bid, ask, cast(time AS LONG)')
    expect(rows).toEqual(quotes.map(({ value }) => Object.values(value ?? {})))

    const bars = new Map<number, number[]>()
    for (const { value, time } of quotes) {
      const start = time - (time % 60_000_000)
      bars.set(start, [...(bars.get(start) ?? []), Number(value?.['bid'])])
    }
    const counted = [...bars].map(([start, bids]) => {
      return [start, 'EURUSD', bids[0], Math.max(...bids), bids.at(-1), bids.length]
    })
    const select = 'SELECT cast(time AS LONG), symbol, open, high, close, quotes FROM quotes_1m'
    const isBuilt = async () => (await ask(url, select)).length === counted.length
    expect(await until(isBuilt, { withinMs: 20_000 })).toBe(true)
    await expect
      .poll(() => ask(url, `${select} ORDER BY time`), { timeout: 20_000 })
      .toEqual(counted)
    const changed = { quotes_1m: { ...every, values: { open: 'last(bid)' } } }
    await expect(
      open('quotes', { topic: { record }, config: { rollups: changed } }),
    ).rejects.toThrow(
      'rollup "quotes_1m" is a view of something else; rename it, or DROP MATERIALIZED VIEW "quo',
    )
  })

  test('has each row once after its process was killed again and again', async () => {
    const sink = await open('killed')
    const position = async () => (await sink.positions()).get(0) ?? 0
    const program = join(import.meta.dirname, 'questdb.test-data.ts')
    for (let killed = 0; killed < 3; killed += 1) {
      const before = await position()
      const child = spawn(process.execPath, [program, url, 'killed', '1000000'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const moved = async () => (await position()) > before + 300
      expect(await until(moved, { withinMs: 20_000, everyMs: 1 })).toBe(true)
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    const end = (await position()) + 200
    await writeUpTo(sink, end, 50)
    expect((await sink.count())?.rows).toBe(end)
    expect(await read('killed')).toEqual(expected(end))
  })

  const HARMED = { withinMs: 30_000, everyMs: 2 }

  test('equals the topic after QuestDB was killed and connections broke amid batches', async () => {
    const proxy = await startTcpProxy(portOf(started, 'questdb'))
    onTestFinished(() => proxy.close())
    const sink = await openTrades(`http://127.0.0.1:${proxy.port}`, { config: { table: 'broken' } })
    onTestFinished(() => sink.close())
    let killed: Promise<void> | undefined
    const harms = new Map<number, () => void>([
      [1_000, proxy.loseRequest],
      [2_000, proxy.loseAnswer],
      [3_000, proxy.cut],
      [4_000, () => void (killed = started.kill())],
    ])
    // Each befalls the write that begins then, once.
    const writing = writeUpTo(sink, 12_000, 40, (at) => {
      harms.get(at)?.()
      harms.delete(at)
    })
    expect(await until(() => Promise.resolve(killed !== undefined), HARMED)).toBe(true)
    await killed
    await expect(sink.claim(0)).rejects.toMatchObject({ code: 'sink-unavailable', retryable: true })
    await started.restart()
    await writing
    expect(harms.size).toBe(0)
    expect((await sink.count())?.rows).toBe(12_000)
    expect(await read('broken')).toEqual(expected(12_000))
  }, 60_000)

  test('is not changed by a process that wakes up and writes what is there', async () => {
    const sink = await open('zombie')
    const old = await sink.claim(0)
    await old.write(
      batch(
        0,
        [0, 1, 2, 3].map((offset) => tradeAt(offset)),
      ),
    )
    const owner = await sink.claim(0)
    await owner.write(
      batch(
        4,
        [4, 5].map((offset) => tradeAt(offset)),
      ),
    )
    await old.write(
      batch(
        2,
        [2, 3].map((offset) => tradeAt(offset)),
      ),
    )
    expect(await sink.positions()).toEqual(new Map([[0, 4]]))
    await writeUpTo(sink, 8, 2)
    expect((await sink.count())?.rows).toBe(8)
    expect(await read('zombie')).toEqual(expected(8))
  })

  test('keeps the last record of a declared key, and lets no sleeper undo it', async () => {
    let present = FIRST
    const options = {
      config: { key: ['symbol', 'trade_id'] },
      clock: { ...clock, present: () => (present += 1) },
    }
    const sink = await open('keyed', options)
    expect(sink.identity).toEqual(['time', 'symbol', 'trade_id'])
    const version = (offset: number) =>
      tradeAt(offset, { symbol: 'S', trade_id: 'one', time: FIRST, price: offset })
    const prices = () => read('keyed', 'price, "_offset"')
    const old = await sink.claim(0)
    await old.write(batch(0, [version(0), version(1)]))
    expect((await sink.count())?.rows).toBe(1)
    expect(await prices()).toEqual([[1, 1]])
    const owner = await sink.claim(0)
    expect(owner.position).toBe(2)
    await owner.write(batch(2, [version(2)]))
    present += 3_000_000
    const late = old.write(batch(2, [version(1)]))
    await expect(late).rejects.toMatchObject({ code: 'sink-fenced', retryable: false })
    await expect(late).rejects.toThrow('another process writes partition 0 of "market.trades"')
    await owner.write(batch(3, [version(3)]))
    await sink.count()
    expect(await prices()).toEqual([[3, 3]])
  })

  test('gains a column with a field, keeps its rows, and takes an age that changed', async () => {
    await writeUpTo(await open('grown'), 3, 3)
    const venue = { name: 'venue', type: { kind: 'nullable', of: { kind: 'string' } } } as const
    const topic = { record: { ...trade, fields: [...trade.fields, venue] } }
    const [sink] = await Promise.all([
      open('grown', { topic, config: { ttl: '7d' } }),
      open('grown', { topic, config: { ttl: '7d' } }),
    ])
    const partition = await sink.claim(0)
    expect(partition.position).toBe(3)
    await partition.write(batch(3, [tradeAt(3, { venue: 'X' })]))
    await sink.count()
    expect(await read('grown', 'venue')).toEqual([[null], [null], [null], ['X']])
    const age = `SELECT ttlValue, ttlUnit FROM tables() WHERE table_name = 'grown'`
    expect(await ask(url, age)).toEqual([[1, 'WEEK']])
  })

  test('is made once by several processes that open it at once', async () => {
    const rollup = { every: 1_000_000, by: ['symbol'], values: { n: 'count()' }, ttl: '1d' }
    const config = { rollups: { made_1s: rollup } }
    const sinks = await Promise.all(Array.from({ length: 4 }, () => open('made', { config })))
    await Promise.all(
      sinks.map(async (sink, partition) => {
        const held = await sink.claim(partition)
        await held.write(batch(0, [tradeAt(0), tradeAt(1)], partition))
      }),
    )
    expect(await sinks[0]?.count()).toEqual({ rows: 8, since: undefined })
    expect((await sinks[0]?.positions())?.size).toBe(4)
  })

  test('fills a table anew that was dropped', async () => {
    await writeUpTo(await open('dropped'), 5, 5)
    await ask(url, 'DROP TABLE dropped')
    const sink = await open('dropped')
    expect((await sink.claim(0)).position).toBeUndefined()
    await writeUpTo(sink, 5, 5)
    expect((await sink.count())?.rows).toBe(5)
    expect(await read('dropped')).toEqual(expected(5))
  })

  test.each<[string, string | undefined, OpenOptions, RegExp]>([
    [
      'a column of another type',
      'CREATE TABLE "T" (price LONG, time TIMESTAMP) TIMESTAMP(time) PARTITION BY DAY WAL',
      {},
      /column "price" of table "T" is LONG, and the topic needs DOUBLE; convert it/,
    ],
    [
      'another time',
      'CREATE TABLE "T" (time TIMESTAMP, at TIMESTAMP) TIMESTAMP(at) PARTITION BY DAY WAL',
      {},
      /table "T" has "at" as its time, not "time"; name another table/,
    ],
    [
      'no WAL',
      'CREATE TABLE "T" (time TIMESTAMP) TIMESTAMP(time) PARTITION BY DAY BYPASS WAL',
      {},
      /table "T" is no WAL table/,
    ],
    [
      'other partitions',
      'CREATE TABLE "T" (time TIMESTAMP) TIMESTAMP(time) PARTITION BY MONTH WAL',
      {},
      /table "T" is partitioned by MONTH, not DAY; set `partition: month`/,
    ],
    [
      'rows of another key',
      undefined,
      { config: { key: ['symbol', 'trade_id'] } },
      /holds rows and has the upsert keys .* not time, symbol, trade_id; name another table/,
    ],
    [
      'rows of another topic',
      undefined,
      { topic: { topic: 'market.other' } },
      /table "T" is filled from topic "market.trades"; name another table/,
    ],
  ])('refuses a table with %s, and says the repair', async (what, sql, options, message) => {
    const table = `has ${what}`
    if (sql === undefined) {
      const sink = await open(table)
      await writeUpTo(sink, 3, 3)
      await sink.count()
      await sink.positions()
    } else await ask(url, sql.replace('"T"', `"${table}"`))
    const opening = open(table, options)
    await expect(opening).rejects.toMatchObject({ code: 'sink-differs', retryable: false })
    await expect(opening).rejects.toThrow(
      new RegExp(message.source.replaceAll('"T"', `"${table}"`)),
    )
  })

  test('refuses what QuestDB cannot hold, and writes the rest when it comes again', async () => {
    const sink = await open('refused')
    const partition = await sink.claim(0)
    const bad = [tradeAt(1, { price: Infinity }), tradeAt(3, { time: -1 })]
    const [one, other] = bad as [SinkRecord, SinkRecord]
    const refusals = await partition.write(batch(0, [tradeAt(0), one, tradeAt(2), other]))
    expect(refusals).toEqual([
      { record: one, reason: 'column "price" takes no infinity: it would read as null' },
      { record: other, reason: 'QuestDB takes no event time before 1970' },
    ])
    expect(await sink.positions()).toEqual(new Map())
    expect(await partition.write({ ...batch(0, [tradeAt(0), tradeAt(2)]), next: 4 })).toEqual([])
    expect(await sink.positions()).toEqual(new Map([[0, 4]]))
    expect((await sink.count())?.rows).toBe(2)
  })

  test('counts within its age what it was given', async () => {
    const DAY = 86_400_000_000
    const sink = await open('aged', { config: { ttl: '2d' } })
    const partition = await sink.claim(0)
    const days = Array.from({ length: 10 }, (_, day) => tradeAt(day, { time: FIRST + day * DAY }))
    for (const [at, record] of days.entries()) await partition.write(batch(at, [record]))
    expect(await sink.count()).toEqual({ rows: 3, since: FIRST + 7 * DAY })
    const kept = await ask(url, 'SELECT count() FROM aged')
    expect(Number(kept[0]?.[0])).toBeLessThan(10)
  })

  test('says which table is suspended, and how it goes on', async () => {
    const sink = await open('still')
    await ask(url, 'ALTER TABLE still SUSPEND WAL')
    const error = { code: 'sink-refused', retryable: false }
    await expect(sink.count()).rejects.toMatchObject(error)
    await expect(sink.claim(0)).rejects.toThrow(
      /table "still" is suspended.*run ALTER TABLE "still" RESUME WAL$/,
    )
    await ask(url, 'ALTER TABLE still RESUME WAL')
    await writeUpTo(sink, 3, 3)
    expect((await sink.count())?.rows).toBe(3)
  })

  test.each<[string, OpenOptions['settings'], string, RegExp]>([
    ['a wrong password', { password: 'wrong-one' }, 'sink-not-allowed', /check `user` and `passw/],
    ['a wrong token', { token: 'qt-wrong' }, 'sink-not-allowed', /check `token`/],
    [
      'nobody there',
      { url: 'http://127.0.0.1:9' },
      'sink-unavailable',
      /does not answer \(ECONNREF/,
    ],
  ])('says what to do about %s', async (_, settings = {}, code, message) => {
    const opening = openTrades(url, { settings })
    await expect(opening).rejects.toMatchObject({ code, retryable: code === 'sink-unavailable' })
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toThrow(/^sink "trades_qdb" \(connection "ticks"\): /)
    await expect(opening).rejects.not.toThrow(/wrong/)
  })

  test('says so where another server answers', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('no such page'))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const address = other.address()
    if (address === null || typeof address === 'string') throw new Error('a server has a port')
    await expect(openTrades(`http://127.0.0.1:${address.port}`)).rejects.toThrow(
      'has no /exec; check `url`',
    )
  })
})
