// A stretch of a partition in memory: one batch and who wrote it. Segments never change.
import type { StoredBatch } from '../connector.ts'

/** Whoever writes, from the first record to the decision; the partition knows it by identity. */
export type Transaction = object

/** Records with contiguous or rising offsets below `next`. */
export interface Segment {
  /** With `from` 0. */
  readonly stored: StoredBatch
  /** Behind its last record. */
  readonly next: number
  readonly transaction: Transaction | undefined
}

/** The first row at or behind the offset. */
export function rowAt({ batch, baseOffset, offsets }: StoredBatch, offset: number): number {
  if (offsets === undefined) return Math.max(0, offset - baseOffset)
  return lowerBound(batch.count, (row) => (offsets[row] ?? 0) >= offset)
}

/** The first of `count` for which `holds` is true, where it is true for all behind that. */
export function lowerBound(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
