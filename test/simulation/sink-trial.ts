// The trial of sinks: processes that come, go and die share the partitions of a topic, the outside
// fails now and then, and in the end it holds the topic, row by row, and each refused record has
// its one dead letter.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { HEARTBEAT, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import { deadLetterCodec, type DeadLetterRecord } from '../../runtime/dead-letter.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { item, pass, planSteps } from '../../runtime/reference/run-steps.test-data.ts'
import { startSink } from '../../runtime/sink/run-sink.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Fate } from '../../topology/declaration.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { isRefused, Outside, type OutsideFault } from './outside.ts'
import { createRandom, type Random } from './random.ts'
import { runSchedule, type Seat, type SimulatedWorker, type Story } from './scheduler.ts'

const PLAN = planSteps({
  operators: [pass],
  steps: '  all: { from: items, pass: }',
  topics: `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 3 }
fate: { bad: dead-letter, late: fail, duplicate: fail }`,
})
const LAYOUT = makeLayout(PLAN)
const LETTERS = 't.dead-letters'
const ITEMS = createCodec(PLAN.topics.get('items')?.schema)

export interface SinkStory extends Story {
  readonly rows: number
  readonly letters: number
  /** What is wrong with the outside, or the letters. */
  readonly wrong: string | undefined
}

export async function trySinks(seed: number, fault?: OutsideFault): Promise<SinkStory> {
  const random = createRandom(seed, 'sinks')
  const broker = createMemoryBroker()
  const log = broker.connect()
  await log.createTopics(LAYOUT.topics)
  const bad: Fate = random.pick(['dead-letter', 'dead-letter', 'skip'])
  const failures = random.int(0, 8)
  const isInTwoSteps = fault === undefined && random.chance(0.5)
  const outside = new Outside({ random, failures, isInTwoSteps, fault })
  const story = await runSchedule({
    random,
    broker,
    feeders: [(seat) => feed(seat, random), (seat) => disturbLetters(seat, random)],
    start: (seat, isFed) => startSeat(seat, isFed, outside, bad),
    disturbances: random.int(0, 8),
    mostSteps: 30_000,
  })
  const letters = await lettersOf(log)
  const wrong = await judge(log, outside, bad === 'dead-letter' ? letters : undefined)
  return { ...story, rows: outside.rows.length, letters: letters.length, wrong }
}

function startSeat(
  { log, pace }: Seat,
  isFed: boolean,
  outside: Outside,
  bad: Fate,
): SimulatedWorker {
  const planned: PlannedSink = {
    ...{ name: 'copy', kind: 'outside', connection: 'there', topic: 'items' },
    ...{ config: {}, bad, away: undefined },
  }
  const { done, stop, drain } = startSink({
    planned,
    kind: outside.kindFor(pace),
    settings: {},
    layout: LAYOUT,
    log,
    clock: { ...pace, present: () => 0 },
    report: () => undefined,
  })
  // What it rejects with, `done` rejects with too.
  if (isFed) void Promise.allSettled([drain()])
  return { done, stop }
}

const SYMBOLS = ['A', 'B', 'C', 'D', 'E']

async function feed({ log, pace }: Seat, random: Random): Promise<void> {
  const topic = PLAN.topics.get('items')
  if (topic === undefined) throw new Error('no topic items')
  const producer = await log.producer('feeder')
  const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
  const records = random.int(0, 40)
  for (let time = 1; time <= records; time += 1) {
    const n = random.chance(0.15) ? -1 : time
    await feeder.add([item(random.pick(SYMBOLS), time, n) as InputItem])
    if (random.chance(0.3)) await feeder.flush()
    if (random.chance(0.1)) await feeder.add([{ kind: 'heartbeat', available: time }])
    if (random.chance(0.2)) await pace.pause(random.int(1, 2_000))
  }
  await feeder.flush()
}

/** Tasks have transactions of their own on the topic of dead letters. */
async function disturbLetters({ log, pace }: Seat, random: Random): Promise<void> {
  const producer = await log.producer('others')
  for (let times = random.int(0, 6); times > 0; times -= 1) {
    const rows = new BatchBuilder()
    rows.add(HEARTBEAT, undefined, null, NaN, NaN)
    const append = { topic: LETTERS, partition: random.int(0, 2), batch: rows.take() }
    await producer.transact({ appends: [append], puts: [] })
    await pace.pause(random.int(1, 1_000))
  }
}

/** `letters`: that refused records are to have; undefined: they have none. */
async function judge(
  log: Log,
  { rows, standings }: Outside,
  letters: readonly string[] | undefined,
): Promise<string | undefined> {
  const [taken, refused]: [string[], string[]] = [[], []]
  const ends = await log.bounds(partitionsOf('items'))
  for (const { partition, stable, first } of ends) {
    const { position = first } = standings.get(partition) ?? {}
    if (position !== stable) return `partition ${partition} stands at ${position}, not ${stable}`
    for await (const { offset, value } of recordsOf(log, 'items', partition)) {
      const place = `${partition}@${offset}`
      if (isRefused({ value: ITEMS.decode(value) })) refused.push(place)
      else taken.push(place)
    }
  }
  return (
    difference('rows', rows, taken) ?? difference('letters', letters ?? [], letters ? refused : [])
  )
}

function difference(what: string, found: readonly string[], expected: readonly string[]) {
  const [is, should] = [found.toSorted().join(' '), expected.toSorted().join(' ')]
  return is === should ? undefined : `${what} are ${is} instead of ${should}`
}

async function lettersOf(log: Log): Promise<readonly string[]> {
  const letters: string[] = []
  for (const { partition } of partitionsOf(LETTERS)) {
    for await (const { value } of recordsOf(log, LETTERS, partition)) {
      const letter = deadLetterCodec.decode(value) as unknown as DeadLetterRecord
      letters.push(`${letter.partition ?? ''}@${letter.offset ?? ''}`)
    }
  }
  return letters
}

async function* recordsOf(log: Log, topic: string, partition: number) {
  for (const bounds of await log.bounds([{ topic, partition }])) {
    for await (const stored of readPartition(log, bounds)) {
      const { batch, from } = stored
      for (let row = from; row < batch.count; row += 1) {
        const value = valueAt(batch, row)
        if (kindOf(batch, row) !== RECORD || value === null) continue
        yield { offset: offsetAt(stored, row), value }
      }
    }
  }
}

function partitionsOf(topic: string) {
  return Array.from({ length: 3 }, (_, partition) => ({ topic, partition }))
}
