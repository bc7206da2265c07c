// Reads a partition between two bounds, batch by batch: for what looks at a topic as a whole rather
// than following it.
import type { Bounds, Log, StoredBatch } from './connector.ts'

const FETCHED = 10_000

/**
 * The committed batches of a partition, from `first` up to `stable`.
 * @throws Error if the log gives nothing where the bounds say that it goes on.
 *
 * @example
 * for (const bounds of await log.bounds(ids))
 *   for await (const { batch, from } of readPartition(log, bounds)) take(batch, from)
 */
export async function* readPartition(
  log: Log,
  { topic, partition, first, stable }: Bounds,
): AsyncGenerator<StoredBatch, void, undefined> {
  for (let offset = first; offset < stable;) {
    const options = { maxRecords: FETCHED, waitMs: 0 }
    const [fetched] = await log.fetch([{ topic, partition, offset }], options)
    if (fetched === undefined || fetched.next <= offset) {
      throw new Error(`${topic}/${partition} cannot be read past ${offset}, ends at ${stable}`)
    }
    yield* fetched.batches
    offset = fetched.next
  }
}
