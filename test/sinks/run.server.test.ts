import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { jsonLines, makePlace, millrace } from '../../cli/log-commands.test-data.ts'
import { postgres } from '../../docker/native/postgres.ts'
import { portOf } from '../../docker/native/server.ts'
import { Child } from '../kill/child.ts'
import { describeWith } from '../servers/shared-servers.ts'
import { startServer, type StartedServer } from '../servers/start-server.ts'
import { createRandom } from '../simulation/random.ts'

const TOPOLOGY = `topology: desk
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 4 }
  marks: { topic: marks, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    filter: ask >= bid
    to: marks
sinks:
  all_pg:
    from: quotes
    postgres: { connection: ledger, table: quotes }
  marks_pg:
    from: marks
    postgres: { connection: ledger, table: marks }
`

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const RECORDS = 10_000
const KILLS = 4

/** Lines of quotes; every 1,000th symbol is one that Postgres has no text for. */
function quotes(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => {
    const at = from + index
    const symbol = at % 1_000 === 999 ? 'S\u0000' : `S${at % 9}`
    const [bid, ask] = [100 + (at % 7), at % 13 === 12 ? 99 : 107]
    const time = 1_704_067_200_000_000 + Math.floor(at / 2) * 1_000
    return `${JSON.stringify({ key: symbol, time, value: { symbol, bid, ask, time } })}\n`
  }).join('')
}

describeWith([postgres], 'millrace run with sinks', () => {
  let started: StartedServer
  beforeAll(async () => {
    started = await startServer(postgres)
  })
  afterAll(() => started.kill())

  async function rowsOf(table: string): Promise<readonly string[]> {
    const url = `postgres://millrace:millrace@127.0.0.1:${portOf(started, 'postgres')}/millrace`
    const client = new pg.Client(url)
    client.on('error', () => undefined)
    await client.connect()
    try {
      const text = `select _partition, _offset, symbol, bid, ask from public.${table}`
      const { rows } = await client.query<Record<string, unknown>>(text)
      return rows.map((row) => Object.values(row).join(' '))
    } finally {
      await client.end()
    }
  }

  function feedPlace() {
    const place = makePlace()
    const topology = place.file('topology.yaml', TOPOLOGY)
    vi.stubEnv('SINKS_TEST_PASSWORD', 'millrace')
    const url = `postgres://127.0.0.1:${portOf(started, 'postgres')}/millrace`
    const password = '{ secret: SINKS_TEST_PASSWORD }'
    const env = place.file(
      'env.yaml',
      `log: ${place.log}\nconnections:\n  ledger:\n    { connector: postgres, url: "${url}", ` +
        `user: millrace, password: ${password} }\n`,
    )
    const feed = async (from: number, to: number): Promise<void> => {
      const path = place.file(`quotes-${from}.jsonl`, quotes(from, to))
      const about = ['--topic', 'quotes', '--from-topology', topology]
      const fed = await millrace(['feed', path, '--log', place.log, ...about])
      expect(fed).toMatchObject({ code: 0 })
    }
    return { topology, env, log: place.log, feed }
  }

  test('the tables are the topics, row by row, whoever was killed on the way', async () => {
    const { topology, env, log, feed } = feedPlace()
    const random = createRandom(11, 'kills')
    await feed(0, RECORDS)
    for (let kill = 0; kill < KILLS; kill += 1) {
      const run = new Child(main, ['run', topology, '--env', env])
      const most = RECORDS * ((kill + random.next()) / (KILLS + 1))
      const isWritten = (share: number) => async () => {
        // No table is there at first, and at times no server.
        const rows = await rowsOf('quotes').catch(() => [])
        return rows.length >= most * share
      }
      if (kill === 1) {
        await run.until('it has begun', isWritten(0.8))
        await started.kill()
        await started.restart()
      }
      await run.until(`it writes ${most} rows`, isWritten(1))
      await run.kill()
    }
    expect(await millrace(['run', topology, '--env', env, '--until-idle'])).toMatchObject({
      code: 0,
    })
    const sinks = await millrace(['sinks', topology, '--env', env, '--count', '--json'])
    expect(sinks).toMatchObject({ code: 0, err: '' })
    for (const topic of ['quotes', 'marks']) {
      const tapped = await millrace(['tap', topic, '--log', log, '--until-idle', '--json'])
      const lines = jsonLines(tapped.out).map(({ partition, offset, value }) => {
        const { symbol, bid, ask } = value as { symbol: string; bid: number; ask: number }
        return `${String(partition)} ${String(offset)} ${symbol} ${bid} ${ask}`
      })
      const rows = await rowsOf(topic)
      expect(rows.toSorted()).toEqual(lines.filter((line) => !line.includes('\u0000')).toSorted())
      expect(rows.length).toBeGreaterThan(RECORDS / 2)
    }
    const letters = await millrace(['dead-letters', 'list', topology, '--log', log, '--json'])
    const { reasons } = JSON.parse(letters.out) as { reasons: { step: string; letters: number }[] }
    const counts = Object.fromEntries(reasons.map((each) => [each.step, each.letters]))
    expect(counts).toEqual({ all_pg: 10, marks_pg: 10 })
    const sent = await millrace(['dead-letters', 'send', topology, '--log', log, '--all'])
    expect(sent.out).toBe('sent 0 records of 0 letters\n')
    expect(sent.err).toContain('sink "all_pg" could not take it')
  })
})
