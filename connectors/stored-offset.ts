// The offset of a row of a batch that stands in a partition.
import type { StoredBatch } from './connector.ts'

/** @example offsetAt({ batch, from: 0, baseOffset: 7, offsets: undefined }, 2) // 9 */
export function offsetAt({ baseOffset, offsets }: StoredBatch, row: number): number {
  return offsets === undefined ? baseOffset + row : (offsets[row] ?? 0)
}
