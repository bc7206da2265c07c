// The committed records of a topic, partition after partition, up to the ends that stood when
// reading began. Heartbeats and markers are passed over.
import type { Log } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { keyAt, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'

export interface CommittedRow {
  readonly partition: number
  readonly key: string | undefined
  /** A view: copy what is kept beyond the next row. */
  readonly value: Buffer | null
  readonly time: number
  readonly available: number
}

export async function* committedRows(
  log: Log,
  topic: string,
  partitions: number,
): AsyncGenerator<CommittedRow, void, undefined> {
  const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  for (const bounds of await log.bounds(ids)) {
    const { partition } = bounds
    for await (const { batch, from } of readPartition(log, bounds)) {
      for (let row = from; row < batch.count; row += 1) {
        if (kindOf(batch, row) !== RECORD) continue
        const [time, available] = [batch.times[row] ?? NaN, batch.available[row] ?? NaN]
        const value = valueAt(batch, row)
        yield { partition, key: keyAt(batch, row), value, time, available }
      }
    }
  }
}
