// Brings the files of a replay onto its log, batch by batch, and ends every input at the greatest
// clock of all (docs/semantics.md, "The end of the input").
import type { Log } from '../../connectors/connector.ts'
import { createFeeder, type Feeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type Ends, readInputs as readTopics } from '../../runtime/ends.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { type Cut, makeCut } from './cut.ts'
import { filledTopics, type Inputs } from './input-words.ts'
import { readInputs, type TopicHistory } from './inputs.ts'

export interface Fed {
  readonly histories: ReadonlyMap<string, TopicHistory>
  /** Records left out because they lie outside the range, by input topic. */
  readonly outside: ReadonlyMap<string, number>
  readonly ends: Ends
}

export interface Feeding {
  readonly plan: Plan
  readonly log: Log
  readonly inputs: Inputs
  readonly range: Range
  readonly progress: (records: number) => void
  readonly say: (line: string) => void
}

export async function feedInputs(feeding: Feeding): Promise<Fed> {
  const { plan, log, inputs, range, progress, say } = feeding
  const topics = [...plan.topics.values()].filter(({ isInput }) => isInput)
  const filled = filledTopics(inputs)
  const read = new Set(readTopics(plan))
  const lanes = new Map<PlannedTopic, Lane>()
  for (const topic of topics) {
    const producer = await log.producer(`feed.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    const cut = makeCut(topic, range)
    lanes.set(topic, { feeder, cut, outside: 0, clock: Number.NEGATIVE_INFINITY })
  }
  const histories = await readInputs({
    plan,
    inputs,
    say,
    take: async (topic, items) => {
      const lane = lanes.get(topic)
      if (lane === undefined) throw new Error(`topic "${topic.name}" is no input`)
      await lane.feeder.add(takeIn(lane, items))
      progress(items.length)
    },
  })
  let clock = Number.NEGATIVE_INFINITY
  const outside = new Map<string, number>()
  for (const [topic, lane] of lanes) {
    if (filled.has(topic.name)) outside.set(topic.name, lane.outside)
    if (read.has(topic)) clock = Math.max(clock, lane.clock)
  }
  for (const { feeder } of lanes.values()) await feeder.end(clock)
  return { histories, outside, ends: { offsets: await offsetsOf(topics, log), clock } }
}

/** A topic on its way onto the log. */
interface Lane {
  readonly feeder: Feeder
  readonly cut: Cut
  /** Records left out. */
  outside: number
  /** The greatest `available` of what is in the range. */
  clock: number
}

/** The items that lie in the range. */
function takeIn(lane: Lane, items: readonly InputItem[]): readonly InputItem[] {
  const taken = items.filter((item) => {
    if (lane.cut(item)) return true
    if (item.kind !== 'heartbeat') lane.outside += 1
    return false
  })
  for (const { available } of taken) {
    if (available !== undefined && available > lane.clock) lane.clock = available
  }
  return taken
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
