// The command: `npm run stack`. Starts every server, feeds the crypto desk's history into Kafka,
// runs the desk over it exactly once into QuestDB, Postgres and Redis, and compares what they hold
// with the topics. `npm run stack -- down` ends the servers. 0 done and equal, 1 not.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processPace } from '../../runtime/pace.ts'
import { ServerProblem } from '../native/server.ts'
import { millrace } from './command.ts'
import { areUp, removeServers, STACK, startServers } from './servers.ts'

const DESK = 'apps/crypto/topology.yaml'
const ENVIRONMENT = ['--env', 'apps/crypto/stack.yaml']
const DATA = 'apps/crypto/data'

/** Written when everything is fed: what is fed twice is there twice. */
const FED = join(STACK, 'fed')

const USAGE = `npm run stack            all servers, and the crypto desk's history run through them
npm run stack -- down    ends the servers, and deletes what they hold (out/stack)
`

const NEXT = `
Everything stays up until \`npm run stack -- down\`. To look at:

  QuestDB   http://127.0.0.1:14000
  Postgres  psql postgresql://millrace:millrace@127.0.0.1:14432/millrace -c 'table public.positions'
  Redis     redis-cli -p 14379 get position:satellite:ETHUSDT
  Kafka     npx millrace tap trading.fills ${ENVIRONMENT.join(' ')} --until-idle

Grafana takes Docker:

  export MILLRACE_QUESTDB=127.0.0.1:13812
  docker compose -f docker/compose.yaml up --wait grafana prometheus

and is then at http://127.0.0.1:3000/d/millrace-market?from=1723161240000&to=1723161630000
`

const say = (text: string): void => void process.stdout.write(text)

async function up(): Promise<void> {
  if (!existsSync(FED) || !(await areUp())) await begin()
  await step('run the desk over it, exactly once', () =>
    millrace('run', DESK, ...ENVIRONMENT, '--until-idle'),
  )
  const counts = await step('count what is outside', () =>
    millrace('sinks', DESK, ...ENVIRONMENT, '--count'),
  )
  say(`\n${counts}${NEXT}`)
}

/** Anew, so that nothing of a start that was broken off is fed twice. */
async function begin(): Promise<void> {
  await removeServers()
  await step('start kafka, registry, questdb, postgres and redis', startServers)
  await step('feed six minutes of two futures into Kafka', feed)
  writeFileSync(FED, '')
}

async function feed(): Promise<void> {
  const feedFiles = (...words: readonly string[]) =>
    millrace('feed', ...words, '--from-topology', DESK, ...ENVIRONMENT)
  for (const table of ['instruments', 'accounts']) {
    await feedFiles(`${DATA}/${table}.jsonl`, '--topic', table)
  }
  // Together: they are merged by when their messages were received.
  const captures = ['btcusdt', 'ethusdt'].map(
    (symbol) => `binance:${DATA}/binance-usdm-${symbol}-20240808.raw.br`,
  )
  await feedFiles(...captures)
}

async function downAll(): Promise<void> {
  const ended = await removeServers()
  say(ended.length > 0 ? `${ended.join(', ')} stopped\n` : 'nothing was up\n')
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  say(`${what} ... `)
  const began = processPace.now()
  try {
    const result = await work()
    say(`${((processPace.now() - began) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    say('failed\n')
    throw error
  }
}

async function run(words: readonly string[]): Promise<void> {
  const [word = 'up', ...rest] = words
  if (rest.length === 0 && word === 'up') return up()
  if (rest.length === 0 && word === 'down') return downAll()
  if (word === '--help' || word === '-h') {
    say(USAGE)
    return
  }
  throw new ServerProblem(`"${words.join(' ')}" is neither up nor down:\n${USAGE}`)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ServerProblem)) throw error
  process.stderr.write(`error: ${error.message}\n`)
  process.exitCode = 1
}
