// Whether the order of a run follows from its inputs alone, or rests on decisions that were taken
// while it ran and stand in the order log (docs/semantics.md, "Heartbeats and idleness").
import type { Log, PartitionId } from '../../connectors/connector.ts'
import { END, HEARTBEAT, kindOf } from '../../connectors/record-batch.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import type { Layout } from '../layout.ts'
import { type InsertedRow, readInserted } from '../slot/inserted-rows.ts'
import { readTopicRow } from '../task/read-row.ts'

export interface RunOrder {
  /** Times that a task went on without a silent input. */
  readonly idleSkips: number
  /** Times that a task was told that an input had ended, because its run was to end there. */
  readonly ends: number
  /** Of these, those after which the input brought what should have come before. */
  readonly overtakenEnds: number
}

export async function readOrder(layout: Layout, log: Log): Promise<RunOrder> {
  const { plan, partitions } = layout
  const topics = new Map([...plan.topics.values()].map((each) => [each.topic, each]))
  let [idleSkips, ends, overtakenEnds] = [0, 0, 0]
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const row of await readInserted(log, plan.topology, partition)) {
      if (row.kind !== END) {
        idleSkips += 1
        continue
      }
      ends += 1
      const at = row.source.lastIndexOf('/')
      const topic = topics.get(row.source.slice(0, at))
      const source = Number(row.source.slice(at + 1))
      if (topic && (await isOvertaken(log, topic, source, row))) overtakenEnds += 1
    }
  }
  return { idleSkips, ends, overtakenEnds }
}

/**
 * Whether the first record behind the end was known by the instant of the end. If it was known
 * later, then so is all behind it, and it comes where it would have come without the end.
 */
async function isOvertaken(
  log: Log,
  topic: PlannedTopic,
  partition: number,
  { offset, clock }: InsertedRow,
): Promise<boolean> {
  const id: PartitionId = { topic: topic.topic, partition }
  const read = readTopicRow(topic)
  const [bounds] = await log.bounds([id])
  // What retention has deleted cannot be judged any more.
  if (bounds !== undefined && offset < bounds.first) return true
  for (let next = offset; next < (bounds?.stable ?? 0);) {
    const [fetched] = await log.fetch([{ ...id, offset: next }], { maxRecords: 1, waitMs: 0 })
    if (fetched === undefined || fetched.next <= next) break
    for (const { batch, from } of fetched.batches) {
      for (let row = from; row < batch.count; row += 1) {
        const kind = kindOf(batch, row)
        if (kind !== HEARTBEAT && kind !== END) return !(read(batch, row).available > clock)
      }
    }
    next = fetched.next
  }
  return false
}
