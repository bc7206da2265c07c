// Reads the last commit record of every task of a partition from a log without tables. Kafka takes
// out older records when it comes to that, and no sooner: so the end is read first, and more only
// where that is not enough.
import type { Bounds, Log, PartitionId } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { keyAt, valueAt } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'

export interface CommitsRead {
  /** By task, encoded; the one committed last is the last. */
  readonly records: ReadonlyMap<string, Uint8Array>
  /** Behind the last record that was read. */
  readonly end: number
}

/** Offsets that are looked at first, and how many times as many after that. */
const FIRST_LOOK = 500
const LOOK_FURTHER = 8

/** `isEnough`: whether older records can say nothing more; undefined: all are read. */
export async function readCommitRecords(
  log: Log,
  bounds: Bounds,
  isEnough?: (records: ReadonlyMap<string, Uint8Array>) => boolean,
): Promise<CommitsRead> {
  const { first, stable } = bounds
  for (let look = isEnough ? FIRST_LOOK : Number.POSITIVE_INFINITY; ; look *= LOOK_FURTHER) {
    const from = Math.max(first, stable - look)
    const records = new Map<string, Uint8Array>()
    let end = from
    for await (const stored of readPartition(log, { ...bounds, first: from })) {
      const { batch } = stored
      if (batch.count > stored.from) end = offsetAt(stored, batch.count - 1) + 1
      for (let at = stored.from; at < batch.count; at += 1) {
        const task = keyAt(batch, at) ?? ''
        const bytes = valueAt(batch, at)
        // Taken out first, so that the order is that of the last records.
        records.delete(task)
        if (bytes !== null) records.set(task, bytes)
      }
    }
    if (from === first || isEnough?.(records)) return { records, end }
  }
}

/** Whether there is any record from that offset on. */
export async function hasCommitsFrom(log: Log, id: PartitionId, first: number): Promise<boolean> {
  const [bounds] = await log.bounds([id])
  if (bounds === undefined || bounds.stable < first) return true
  for await (const { batch, from } of readPartition(log, { ...bounds, first })) {
    if (batch.count > from) return true
  }
  return false
}
