// One row of a log by its coordinates: a dead letter, or the input record that one is about.
import type { Log, Position, StoredBatch } from '../../connectors/connector.ts'
import { END, HEARTBEAT, kindOf } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'

export interface FoundRow {
  readonly stored: StoredBatch
  readonly row: number
}

/** Undefined: retention has deleted it, or there never was a record. */
export async function findRow(log: Log, position: Position): Promise<FoundRow | undefined> {
  const { offset } = position
  const [bounds] = await log.bounds([position])
  if (bounds === undefined || offset < bounds.first || offset >= bounds.stable) return undefined
  const [fetched] = await log.fetch([position], { maxRecords: 1, waitMs: 0 })
  const stored = fetched?.batches[0]
  if (stored === undefined) return undefined
  const { from: row, batch } = stored
  const kind = kindOf(batch, row)
  const isThere = offsetAt(stored, row) === offset
  return isThere && kind !== HEARTBEAT && kind !== END ? { stored, row } : undefined
}
