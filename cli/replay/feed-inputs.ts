// Brings the files of a replay onto its log, batch by batch, and ends every input at the greatest
// clock of all (docs/semantics.md, "The end of the input").
import type { Log } from '../../connectors/connector.ts'
import { createFeeder, type Feeder } from '../../connectors/feed/feeder.ts'
import { type Ends, readInputs } from '../../runtime/ends.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { makeCut } from './cut.ts'
import { readHistory, type TopicHistory } from './inputs.ts'

export interface Fed {
  readonly histories: ReadonlyMap<string, TopicHistory>
  /** Records left out because they lie outside the range, by input topic. */
  readonly outside: ReadonlyMap<string, number>
  readonly ends: Ends
}

export interface Feeding {
  readonly plan: Plan
  readonly log: Log
  /** By the input topic's local name. */
  readonly files: ReadonlyMap<string, readonly string[]>
  readonly range: Range
  readonly progress: (records: number) => void
}

export async function feedInputs(feeding: Feeding): Promise<Fed> {
  const { plan, log } = feeding
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  const histories = new Map<string, TopicHistory>()
  const outside = new Map<string, number>()
  const feeders: Feeder[] = []
  const read = new Set(readInputs(plan))
  let clock = Number.NEGATIVE_INFINITY
  for (const topic of inputs) {
    const producer = await log.producer(`feed.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    feeders.push(feeder)
    const files = feeding.files.get(topic.name)
    if (files === undefined) continue
    const fed = await feedTopic(feeding, topic, files, feeder)
    histories.set(topic.name, fed.history)
    outside.set(topic.name, fed.outside)
    if (read.has(topic)) clock = Math.max(clock, fed.clock)
  }
  for (const feeder of feeders) await feeder.end(clock)
  return { histories, outside, ends: { offsets: await offsetsOf(inputs, log), clock } }
}

async function feedTopic(
  { range, progress }: Feeding,
  topic: PlannedTopic,
  files: readonly string[],
  feeder: Feeder,
): Promise<{
  readonly history: TopicHistory
  readonly outside: number
  readonly clock: number
}> {
  const isIn = makeCut(topic, range)
  let outside = 0
  let clock = Number.NEGATIVE_INFINITY
  const history = await readHistory(topic, files, async (items) => {
    const taken = items.filter((item) => {
      if (isIn(item)) return true
      if (item.kind !== 'heartbeat') outside += 1
      return false
    })
    for (const { available = clock } of taken) if (available > clock) clock = available
    await feeder.add(taken)
    progress(items.length)
  })
  await feeder.flush()
  return { history, outside, clock }
}

async function offsetsOf(
  inputs: readonly PlannedTopic[],
  log: Log,
): Promise<ReadonlyMap<string, number>> {
  const ids = inputs.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  )
  const bounds = await log.bounds(ids)
  return new Map(bounds.map(({ topic, partition, stable }) => [`${topic}/${partition}`, stable]))
}
