import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makePlace, millrace } from '../../cli/log-commands.test-data.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import { postgres } from '../../docker/native/postgres.ts'
import { questdb } from '../../docker/native/questdb.ts'
import { redis } from '../../docker/native/redis.ts'
import { portOf } from '../../docker/native/server.ts'
import { Child } from '../kill/child.ts'
import { describeWith } from '../servers/shared-servers.ts'
import { startServer, type StartedServer } from '../servers/start-server.ts'
import { createRandom } from '../simulation/random.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const KINDS = ['parquet', 'postgres', 'questdb', 'redis'] as const
type Kind = (typeof KINDS)[number]

const RECORDS = 6_000
const KILLS = 3
const PARTITIONS = 3
/** Records that nobody can read, one for each partition, and those with a text that some refuse. */
const UNREADABLE = PARTITIONS
const REFUSED = RECORDS / 1_000
const REFUSED_BY: Readonly<Record<Kind, number>> = {
  ...{ parquet: UNREADABLE, postgres: UNREADABLE + REFUSED },
  ...{ questdb: UNREADABLE + REFUSED, redis: UNREADABLE },
}

const CONFIGS: Readonly<Record<Kind, string>> = {
  parquet: '{ connection: disk, rows: 700, every: 1s }',
  postgres: '{ connection: ledger, table: NAME }',
  questdb: '{ connection: ticks, table: NAME, ttl: none }',
  redis: '{ connection: cache, key: "NAME:{symbol}", ttl: none }',
}

function topologyText(name: string, kinds: readonly Kind[], fate: string): string {
  const sinks = kinds.map((kind) => {
    const config = CONFIGS[kind].replace('NAME', name)
    return `  to_${kind}: { from: quotes, ${kind}: ${config}, fate: { bad: ${fate} } }\n`
  })
  return `topology: ${name}
topics:
  quotes:
    { topic: ${name}.quotes, schema: market/Quote, key: symbol, time: time, partitions: 3 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
sinks:
${sinks.join('')}`
}

/** Two records share an instant; every 1,000th has a symbol that some outsides have no text for. */
function quotes(count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const symbol = at % 1_000 === 999 ? 'S\u0000' : `S${at % 9}`
    const time = 1_704_067_200_000_000 + Math.floor(at / 2) * 1_000
    const value = { symbol, bid: at, ask: at + 1, time }
    return `${JSON.stringify({ key: symbol, time, value })}\n`
  }).join('')
}

interface Servers {
  readonly postgres: StartedServer
  readonly questdb: StartedServer
  readonly redis: StartedServer
}

describeWith([postgres, questdb, redis], 'every kind of sink under the runner', () => {
  let servers: Servers
  beforeAll(async () => {
    const started = await Promise.all([postgres, questdb, redis].map((each) => startServer(each)))
    const [own, ticks, cache] = started as [StartedServer, StartedServer, StartedServer]
    servers = { postgres: own, questdb: ticks, redis: cache }
  }, 90_000)
  afterAll(() => Promise.all(Object.values(servers).map((each: StartedServer) => each.kill())))

  function placeOf(name: string, kinds: readonly Kind[], fate: string) {
    const own = makePlace()
    vi.stubEnv('SINKS_TEST_PASSWORD', 'millrace')
    const port = (of: keyof Servers) => portOf(servers[of], of)
    const topology = own.file('topology.yaml', topologyText(name, kinds, fate))
    const env = own.file(
      'env.yaml',
      `log: ${own.log}
connections:
  disk: { connector: parquet, folder: lake }
  ledger:
    connector: postgres
    url: postgres://127.0.0.1:${port('postgres')}/millrace
    user: millrace
    password: { secret: SINKS_TEST_PASSWORD }
  ticks: { connector: questdb, url: 'http://127.0.0.1:${port('questdb')}' }
  cache: { connector: redis, url: 'redis://127.0.0.1:${port('redis')}' }
`,
    )
    return { ...own, name, topology, env, run: ['run', topology, '--env', env] }
  }

  type TestPlace = ReturnType<typeof placeOf>

  async function feed({ file, log, topology }: TestPlace, text: string): Promise<void> {
    const path = file('quotes.jsonl', text)
    const about = ['--topic', 'quotes', '--from-topology', topology]
    const fed = await millrace(['feed', path, '--log', log, ...about])
    expect(fed).toMatchObject({ code: 0 })
  }

  async function feedUnreadable({ folder, name }: TestPlace): Promise<void> {
    const log = await openEmbeddedLog(join(folder, 'log'), { mode: 'write' })
    try {
      const producer = await log.producer('test')
      const appends = Array.from({ length: PARTITIONS }, (_, partition) => {
        const rows = new BatchBuilder()
        rows.add(RECORD, 'S1', Buffer.from([1]), 1_704_067_200_000_000, 1_704_067_200_000_000)
        return { topic: `${name}.quotes`, partition, batch: rows.take() }
      })
      await producer.transact({ appends, puts: [] })
      await producer.close()
    } finally {
      await log.close()
    }
  }

  /** `partition offset bid` of each row. */
  const readers: Readonly<Record<Kind, (place: TestPlace) => Promise<readonly string[]>>> = {
    async postgres({ name }) {
      const port = portOf(servers.postgres, 'postgres')
      const client = new pg.Client(`postgres://millrace:millrace@127.0.0.1:${port}/millrace`)
      await client.connect()
      try {
        const { rows } = await client.query<Record<string, unknown>>(
          `select _partition, _offset, bid from public.${name}`,
        )
        return rows.map((row) => Object.values(row).join(' '))
      } finally {
        await client.end()
      }
    },
    async questdb({ name }) {
      const sql = `SELECT "_partition", "_offset", bid FROM ${name}`
      const url = `http://127.0.0.1:${portOf(servers.questdb, 'questdb')}/exec`
      const answer = await fetch(`${url}?query=${encodeURIComponent(sql)}`)
      const { dataset } = (await answer.json()) as { dataset: unknown[][] }
      return dataset.map((row) => row.join(' '))
    },
    async parquet({ name, folder }) {
      const paths = globSync(join(folder, 'lake', `${name}.quotes`, '*', '*.parquet'))
      const files = await Promise.all(
        paths.map(async (path) => parquetReadObjects({ file: await asyncBufferFromFile(path) })),
      )
      return files.flat().map((row) => {
        return [row['_partition'], row['_offset'], row['bid']].map(String).join(' ')
      })
    },
    /** `symbol bid` of each key. */
    async redis({ name }) {
      const client = new Redis(portOf(servers.redis, 'redis'), '127.0.0.1')
      try {
        const keys = await client.keys(`${name}:*`)
        return await Promise.all(
          keys.map(async (key) => {
            const { symbol, bid } = JSON.parse(String(await client.get(key))) as {
              readonly symbol: string
              readonly bid: number
            }
            return `${symbol} ${bid}`
          }),
        )
      } finally {
        client.disconnect()
      }
    },
  }

  interface Tapped {
    readonly partition: number
    readonly offset: number
    readonly kind?: string
    readonly value: { readonly symbol: string; readonly bid: number }
  }

  async function expectedRows({ log, name }: TestPlace, kind: Kind): Promise<readonly string[]> {
    const tap = ['tap', `${name}.quotes`, '--log', log]
    const { out } = await millrace([...tap, '--until-idle', '--json'])
    const records = out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Tapped)
      .filter((each) => each.kind !== 'unreadable')
    if (kind === 'redis') {
      const last = new Map(records.map(({ value: { symbol, bid } }) => [symbol, bid]))
      return [...last].map(([symbol, bid]) => `${symbol} ${bid}`)
    }
    return records
      .filter(({ value }) => kind === 'parquet' || !value.symbol.includes('\u0000'))
      .map(({ partition, offset, value }) => `${partition} ${offset} ${value.bid}`)
  }

  async function letterCounts({ topology, log }: TestPlace): Promise<Record<string, number>> {
    const listed = await millrace(['dead-letters', 'list', topology, '--log', log, '--json'])
    const { reasons } = JSON.parse(listed.out) as {
      reasons: { step: string; letters: number }[]
    }
    const counts: Record<string, number> = {}
    for (const { step, letters } of reasons) counts[step] = (counts[step] ?? 0) + letters
    return counts
  }

  test.each(['dead-letter', 'skip'])(
    'each holds its topic, row by row, with a fate of %s, whoever was killed on the way',
    async (fate) => {
      const own = placeOf(`all_${fate.replace('-', '_')}`, KINDS, fate)
      const random = createRandom(5, fate)
      await feed(own, quotes(RECORDS))
      await feedUnreadable(own)
      for (let kill = 0; kill < KILLS; kill += 1) {
        const run = new Child(main, own.run)
        const most = RECORDS * ((kill + random.next()) / (KILLS + 1))
        const watched = (['postgres', 'questdb', 'parquet'] as const)[kill] ?? 'postgres'
        await run.until(`${watched} has ${most} rows`, async () => {
          const rows = await readers[watched](own).catch(() => [])
          return rows.length >= most
        })
        expect(await run.kill()).toBe(true)
      }
      expect(await millrace([...own.run, '--until-idle'])).toMatchObject({ code: 0 })
      const looked = ['sinks', own.topology, '--env', own.env, '--count', '--json']
      const { out } = await millrace(looked)
      const { sinks } = JSON.parse(out) as {
        sinks: { kind: Kind; count: { rows: number | null }; partitions: { lag: number }[] }[]
      }
      for (const { kind, count, partitions } of sinks) {
        expect(partitions.map(({ lag }) => lag)).toEqual([0, 0, 0])
        const rows = await readers[kind](own)
        expect({ kind, rows: rows.toSorted() }).toEqual({
          kind,
          rows: (await expectedRows(own, kind)).toSorted(),
        })
        if (kind !== 'redis') expect(count.rows).toBe(rows.length)
      }
      const letters = Object.entries(REFUSED_BY).map(([kind, count]) => [`to_${kind}`, count])
      expect(await letterCounts(own)).toEqual(
        fate === 'skip' ? {} : (Object.fromEntries(letters) as unknown),
      )
    },
    120_000,
  )

  test.each(KINDS)('a fate of fail ends %s right before the record', async (kind) => {
    const own = placeOf(`fails_${kind}`, [kind], 'fail')
    await feed(own, quotes(300))
    await feedUnreadable(own)
    for (const again of [false, true]) {
      const run = await millrace([...own.run, '--until-idle'])
      expect({ again, code: run.code, err: run.err }).toMatchObject({ again, code: 1 })
      expect(run.err).toContain(`sink "to_${kind}" cannot take the record at fails_${kind}.quotes/`)
    }
    const { out } = await millrace(['sinks', own.topology, '--env', own.env, '--json'])
    const { sinks } = JSON.parse(out) as { sinks: { partitions: { lag: number }[] }[] }
    const lags = sinks.flatMap(({ partitions }) => partitions.map(({ lag }) => lag))
    // The others may have gone as far as the last record, the unreadable one, or not begun.
    expect(lags.every((lag) => lag >= 1)).toBe(true)
    expect(lags).toContain(1)
  })
})
