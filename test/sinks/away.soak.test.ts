// Sinks on a real Kafka while their servers are away for a minute at 20,000 records a second: the
// stream goes on meanwhile, and afterwards each table is its topic.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { makePlace, millrace } from '../../cli/log-commands.test-data.ts'
import { kafka } from '../../docker/native/kafka.ts'
import { postgres } from '../../docker/native/postgres.ts'
import { questdb } from '../../docker/native/questdb.ts'
import { registry } from '../../docker/native/registry.ts'
import { portOf } from '../../docker/native/server.ts'
import { processPace } from '../../runtime/pace.ts'
import { Child } from '../kill/child.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../servers/shared-servers.ts'
import { startServer, type StartedServer } from '../servers/start-server.ts'

const TOPOLOGY = `topology: away
topics:
  quotes: { topic: away.quotes, schema: market/Quote, key: symbol, time: time, partitions: 4 }
  marks: { topic: away.marks, schema: market/Quote, key: symbol, partitions: 4 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    filter: ask >= bid
    to: marks
sinks:
  quotes_pg:
    from: quotes
    postgres: { connection: ledger, table: quotes }
  marks_quest:
    from: marks
    questdb: { connection: quest, table: marks, ttl: none }
`

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const RATE = 20_000
const RECORDS = RATE * 100
const AWAY_MS = 60_000
const MINUTES_5 = 300_000

function quotes(): string {
  const lines: string[] = []
  for (let at = 0; at < RECORDS; at += 1) {
    const [symbol, bid, ask] = [`S${at % 9}`, 100 + (at % 7), at % 13 === 12 ? 99 : 107]
    const time = 1_704_067_200_000_000 + Math.floor(at / 2) * 1_000
    lines.push(JSON.stringify({ key: symbol, time, value: { symbol, bid, ask, time } }))
  }
  return `${lines.join('\n')}\n`
}

describeWith([kafka, registry, postgres, questdb], 'sinks whose servers are away', () => {
  let ledger: StartedServer
  let quest: StartedServer
  beforeAll(async () => {
    ;[ledger, quest] = await Promise.all([startServer(postgres), startServer(questdb)])
  })
  afterAll(() => Promise.all([ledger.kill(), quest.kill()]))

  async function place() {
    const own = makePlace()
    const topology = own.file('topology.yaml', TOPOLOGY)
    vi.stubEnv('AWAY_TEST_PASSWORD', 'millrace')
    const password = '{ secret: AWAY_TEST_PASSWORD }'
    const pg = `postgres://127.0.0.1:${portOf(ledger, 'postgres')}/millrace`
    const http = `http://127.0.0.1:${portOf(quest, 'questdb')}`
    const env = own.file(
      'env.yaml',
      `log: kafka:${await sharedKafka()}\nregistry: ${await sharedRegistry()}\nconnections:\n` +
        `  ledger: { connector: postgres, url: "${pg}", user: millrace, password: ${password} }\n` +
        `  quest: { connector: questdb, url: "${http}" }\n`,
    )
    return { topology, env, input: own.file('quotes.jsonl', quotes()) }
  }

  test(
    'the stream goes on, and the tables are the topics in the end',
    async () => {
      const { topology, env, input } = await place()
      const run = new Child(main, ['run', topology, '--env', env, '--http', '0'])
      onTestFinished(async () => {
        await run.kill()
      })
      const address = (): string => /serving (http:\S+)\/api,/.exec(run.said)?.[1] ?? ''
      await run.until('it serves', () => address() !== '')
      const taken = async (): Promise<number> => {
        const answer = await fetch(`${address()}/api/v1/status`)
        const { steps } = (await answer.json()) as { steps: readonly { records: number }[] }
        return steps.reduce((sum, { records }) => sum + records, 0)
      }
      const about = ['--topic', 'quotes', '--from-topology', topology, '--env', env]
      const feed = new Child(main, ['feed', input, ...about, '--rate', String(RATE)])
      await run.until('it is under way', async () => (await taken()) > 10 * RATE)
      await Promise.all([ledger.kill(), quest.kill()])
      const before = await taken()
      await processPace.pause(AWAY_MS)
      const during = (await taken()) - before
      await Promise.all([ledger.restart(), quest.restart()])
      await feed.end()
      await run.kill()
      const drained = await millrace(['run', topology, '--env', env, '--until-idle'])
      expect(drained).toMatchObject({ code: 0 })
      const counted = await millrace(['sinks', topology, '--env', env, '--count', '--json'])
      expect(counted).toMatchObject({ code: 0 })
      // Most of a minute's records, on a machine that has other work too.
      expect(during).toBeGreaterThan((RATE * AWAY_MS) / 1_000 / 2)
    },
    MINUTES_5,
  )
})
