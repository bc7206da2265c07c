import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { planOf } from '../../cli/plan-of.test-data.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { processPace } from '../../runtime/pace.ts'
import { Child } from '../kill/child.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../servers/shared-servers.ts'

const NAME = 'any-process'
const PARTITIONS = 4
const TOPOLOGY = `topology: ${NAME}
topics:
  quotes:
    topic: ${NAME}.quotes
    schema: market/Quote
    key: symbol
    time: time
    partitions: ${PARTITIONS}
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  calm: { from: quotes, conflate: { every: 1d } }
`
// So that a killed process is found dead soon.
const ENVIRONMENT = 'kafka: { session_timeout: 6s }\n'

const SYMBOLS = Array.from({ length: 24 }, (_, n) => `S/${n}`)
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-query-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const topology = file('topology.yaml', TOPOLOGY)
  const env = ['--env', file('env.yaml', ENVIRONMENT)]
  const [address, url] = [await sharedKafka(), await sharedRegistry()]
  const on = ['--log', `kafka:${address}`, '--registry', url]
  return { folder, words: ['run', topology, ...on, ...env, '--http', '0'], address, url }
}

type Place = Awaited<ReturnType<typeof place>>

/** Writes rounds: in each every symbol gets its number as its bid. */
async function openRounds({ address, url }: Place) {
  const log = await openKafkaLog({ connection: { brokers: [address] }, registry: { url } })
  onTestFinished(() => log.close())
  const topic = planOf(TOPOLOGY).topics.get('quotes')
  if (topic === undefined) throw new Error('no topic')
  const producer = await log.producer(`${NAME}-feed`)
  const feeder = createFeeder({ producer, topic, partitions: PARTITIONS })
  const ids = Array.from({ length: PARTITIONS }, (_, partition) => {
    return { topic: topic.topic, partition }
  })
  return async (round: number): Promise<string> => {
    const time = 1_704_067_200_000_000 + round
    const items = SYMBOLS.map((symbol): InputItem => {
      const sizes = { bid_size: null, ask_size: null, received: null }
      const value = { symbol, bid: round, ask: round + 1, time, ...sizes }
      return { kind: 'record', value, time, available: time, place: '' }
    })
    await feeder.add(items)
    await feeder.flush()
    const bounds = await log.bounds(ids)
    return bounds
      .map((each) => `${each.topic}/${each.partition}@${Math.max(0, each.stable - 1)}`)
      .join()
  }
}

/** With a folder of its own for what it keeps: who is killed leaves it there. */
async function startProcess({ words, folder }: Place, name: string, ...more: readonly string[]) {
  const child = new Child(main, [...words, '--state', join(folder, name), ...more])
  onTestFinished(async () => {
    await child.kill()
  })
  const address = () => /serving (http:\S+)\/api,/.exec(child.said)?.[1] ?? ''
  await child.until('it serves', () => address() !== '')
  return { child, url: address() }
}

interface Seen {
  readonly status: number
  readonly code: string | undefined
  readonly retryAfter: string | null
  readonly round: number | undefined
}

/** Asks, and holds every answer against all that was answered before. */
function openWitness() {
  const rounds = new Map<string, number>()
  const positions = new Map<string, number>()
  const wrong: unknown[] = []
  const ask = async (url: string, symbol: string, query = ''): Promise<Seen> => {
    const before = rounds.get(symbol) ?? 0
    const known = new Map(positions)
    const path = `/api/v1/stores/calm/intervals/entries/${encodeURIComponent(symbol)}${query}`
    const response = await fetch(url + path)
    const body = (await response.json()) as Answer
    const { status } = response
    const round = body.value?.value?.bid
    const retryAfter = response.headers.get('retry-after')
    const seen = { status, code: body.code, retryAfter, round }
    const reads = body.parts?.flatMap(({ positions: own }) => Object.entries(own)) ?? []
    const isBack = reads.some(([source, offset]) => offset < (known.get(source) ?? 0))
    const isAnswer = status === 200 && round !== undefined && round >= before && !isBack
    const isRefusal = status === 503 && retryAfter !== null
    if (!isAnswer && !isRefusal) wrong.push({ url, symbol, before, seen, isBack })
    if (round !== undefined) rounds.set(symbol, Math.max(round, rounds.get(symbol) ?? 0))
    for (const [source, offset] of reads) {
      positions.set(source, Math.max(offset, positions.get(source) ?? 0))
    }
    return seen
  }
  return { ask, wrong }
}

interface Answer {
  readonly code?: string
  readonly value?: { readonly value?: { readonly bid?: number } }
  readonly parts?: readonly { readonly positions: Readonly<Record<string, number>> }[]
}

describeWith([kafka, registry], 'queries of a topology on Kafka', () => {
  test('any process answers for any key, or says when to ask again', async () => {
    const here = await place()
    const first = await startProcess(here, 'first', '--workers', '2')
    const writeRound = await openRounds(here)
    const { ask, wrong } = openWitness()
    const askAll = (url: string, query?: string) =>
      Promise.all(SYMBOLS.map((symbol) => ask(url, symbol, query)))
    const end = await writeRound(1)
    // Until then no task has committed, and a symbol is not there.
    await first.child.until('it has taken a round', async () => {
      const response = await fetch(`${first.url}/api/v1/stores/calm/intervals/entries`)
      const { entries } = (await response.json()) as { entries?: readonly unknown[] }
      return entries?.length === SYMBOLS.length
    })
    const query = `?min_position=${end}&wait=30000`
    expect((await askAll(first.url, query)).map(({ round }) => round)).toEqual(SYMBOLS.map(() => 1))

    const second = await startProcess(here, 'second')
    const isShared = async () => {
      const answer = await fetch(`${second.url}/tasks`)
      const { tasks } = (await answer.json()) as { tasks: readonly unknown[] }
      return tasks.length > 0
    }
    let round = 1
    const goOn = async (): Promise<string> => writeRound((round += 1))
    const bothAnswer = async () => {
      const all = [...(await askAll(first.url)), ...(await askAll(second.url))]
      return all.every(({ status }) => status === 200)
    }
    await second.child.until('it has tasks', async () => {
      await goOn()
      return (await bothAnswer()) && (await isShared())
    })
    const latest = `?min_position=${await goOn()}&wait=30000`
    for (const { url } of [first, second]) {
      const answers = await askAll(url, latest)
      expect(answers.map((each) => each.round)).toEqual(SYMBOLS.map(() => round))
    }

    await second.child.kill()
    const missing = (await askAll(first.url)).filter(({ status }) => status === 503)
    expect(missing.length).toBeGreaterThan(0)
    expect(missing.length).toBeLessThan(SYMBOLS.length)
    for (const each of missing) expect(each).toMatchObject({ code: 'not-here', retryAfter: '1' })
    await first.child.until('it has all of them', async () => {
      await goOn()
      await processPace.pause(100)
      return (await askAll(first.url)).every(({ status }) => status === 200)
    })
    const last = await askAll(first.url, `?min_position=${await goOn()}&wait=30000`)
    expect(last.map((each) => each.round)).toEqual(SYMBOLS.map(() => round))
    expect(wrong).toEqual([])
    await first.child.kill()
  })
})
