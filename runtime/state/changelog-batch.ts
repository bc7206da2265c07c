// What changed, as the records of a changelog.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { RECORD, type RecordBatch } from '../../connectors/record-batch.ts'

/** A key and its bytes; null: it has gone. */
export type Change = readonly [string, Uint8Array | null]

export function changelogBatch(changes: readonly Change[]): RecordBatch {
  const builder = new BatchBuilder()
  for (const [key, value] of changes) builder.add(RECORD, key, value, NaN, NaN)
  return builder.take()
}
