// How far a run that stops by itself goes: the ends of the input topics when it began, and the
// greatest clock up to there, which every input reaches at the end (docs/semantics.md, "The end of
// the input").
import type { Log } from '../connectors/connector.ts'
import { readPartition } from '../connectors/read-partition.ts'
import type { Plan, PlannedTopic } from '../topology/plan.ts'
import { kindOf, RECORD } from '../connectors/record-batch.ts'
import { readTopicRow } from './task/read-row.ts'

export interface Ends {
  /** By `topic/partition`: the offset to read up to. */
  readonly offsets: ReadonlyMap<string, number>
  /** Microseconds; minus infinity if there is no record. */
  readonly clock: number
}

/** The inputs that some step reads: the others say nothing of how far the input has come. */
export function readInputs({ topics, subTopologies }: Plan): readonly PlannedTopic[] {
  const read = new Set(subTopologies.flatMap(({ channels }) => channels.map((each) => each.stream)))
  return [...topics.values()].filter(({ isInput, name }) => isInput && read.has(name))
}

/** Takes the inputs' ends, and reads them once for the greatest clock. */
export async function findEnds(plan: Plan, log: Log): Promise<Ends> {
  const offsets = new Map<string, number>()
  let clock = Number.NEGATIVE_INFINITY
  for (const topic of readInputs(plan)) {
    const ids = Array.from({ length: topic.partitions }, (_, partition) => {
      return { topic: topic.topic, partition }
    })
    const read = readTopicRow(topic)
    for (const bounds of await log.bounds(ids)) {
      offsets.set(`${topic.topic}/${bounds.partition}`, bounds.stable)
      for await (const { batch, from } of readPartition(log, bounds)) {
        for (let row = from; row < batch.count; row += 1) {
          // A time beside the value says it already, unless the topic takes it from a field.
          const isKnown = topic.available === undefined || kindOf(batch, row) !== RECORD
          const beside = batch.available[row] ?? NaN
          const available = isKnown && !Number.isNaN(beside) ? beside : read(batch, row).available
          if (available > clock) clock = available
        }
      }
    }
  }
  return { offsets, clock }
}
