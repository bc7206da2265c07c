// How far a run that stops by itself goes: the ends of the input topics when it began, and the
// greatest clock up to there, which every input reaches at the end (docs/semantics.md, "The end of
// the input").
import type { Log, PartitionId } from '../connectors/connector.ts'
import type { Plan, PlannedTopic } from '../topology/plan.ts'
import { kindOf, RECORD } from '../connectors/record-batch.ts'
import { readTopicRow } from './task/read-row.ts'

export interface Ends {
  /** By `topic/partition`: the offset to read up to. */
  readonly offsets: ReadonlyMap<string, number>
  /** Microseconds; minus infinity if there is no record. */
  readonly clock: number
}

const FETCHED = 10_000

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
    for (const { partition, first, stable } of await log.bounds(ids)) {
      offsets.set(`${topic.topic}/${partition}`, stable)
      const id = { topic: topic.topic, partition }
      for await (const stored of batchesOf(log, id, first, stable)) {
        const { batch } = stored
        for (let row = stored.from; row < batch.count; row += 1) {
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

async function* batchesOf(log: Log, id: PartitionId, first: number, end: number) {
  let offset = first
  while (offset < end) {
    const options = { maxRecords: FETCHED, waitMs: 0 }
    const [fetched] = await log.fetch([{ ...id, offset }], options)
    if (fetched === undefined || fetched.next <= offset) return
    yield* fetched.batches
    offset = fetched.next
  }
}
