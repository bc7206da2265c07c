// Reads a changelog from a position to its last stable offset, and tells what it has seen on its
// way: by that a slot knows whether all is there that its commit record speaks of.
import type { Bounds, Log, StoredBatch } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { hasValue } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import { isOpeningMark } from './opening-mark.ts'

export interface ChangelogSeen {
  readonly bounds: Bounds
  /** Where reading began. */
  readonly from: number
  /** Where the next reading begins. */
  readonly position: number
  /** The offset behind the last record; `from` if there was none. */
  readonly end: number
  /** Without the marks of openings, here and below. */
  readonly records: number
  readonly deletions: number
  /** Records with a value from `since` on. */
  readonly valuesSince: number
}

export interface ChangelogReading {
  readonly bounds: Bounds
  readonly from: number
  readonly since: number
  /** Called with the rows of each batch that stand behind the position. */
  readonly take: (stored: StoredBatch) => void
}

export async function readChangelog(log: Log, reading: ChangelogReading): Promise<ChangelogSeen> {
  const { bounds, from, since, take } = reading
  const seen = { end: from, records: 0, deletions: 0, valuesSince: 0 }
  for await (const stored of readPartition(log, { ...bounds, first: from })) {
    const { batch } = stored
    for (let row = stored.from; row < batch.count; row += 1) {
      const isDeletion = !hasValue(batch, row)
      if (isDeletion && isOpeningMark(batch, row)) continue
      seen.records += 1
      if (isDeletion) seen.deletions += 1
      else if (offsetAt(stored, row) >= since) seen.valuesSince += 1
    }
    if (batch.count > stored.from) seen.end = offsetAt(stored, batch.count - 1) + 1
    take(stored)
  }
  return { bounds, from, position: Math.max(seen.end, bounds.stable), ...seen }
}
