// Reads a partition between two bounds, batch by batch: for what looks at a topic as a whole rather
// than following it.
import type { Bounds, Log, StoredBatch } from './connector.ts'
import { EngineError } from '../topology/engine-error.ts'

const FETCHED = 10_000
/** A log elsewhere may have to be asked again for what its bounds have told. */
const FRUITLESS_FETCHES = 100
const WAIT_MS = 100

/**
 * The committed batches of a partition, from `first` up to `stable`.
 * @throws EngineError `log-unavailable` if the log gives nothing where the bounds say that it goes
 * on: whoever leads the partition stands still, or is new and knows less.
 *
 * @example
 * for (const bounds of await log.bounds(ids))
 *   for await (const { batch, from } of readPartition(log, bounds)) take(batch, from)
 */
export async function* readPartition(
  log: Log,
  { topic, partition, first, stable }: Bounds,
): AsyncGenerator<StoredBatch, void, undefined> {
  let fruitless = 0
  for (let offset = first; offset < stable;) {
    const options = { maxRecords: FETCHED, waitMs: fruitless === 0 ? 0 : WAIT_MS }
    const [fetched] = await log.fetch([{ topic, partition, offset }], options)
    const next = fetched?.next ?? offset
    fruitless = next > offset ? 0 : fruitless + 1
    if (fetched === undefined || fruitless > FRUITLESS_FETCHES) {
      const message = `${topic}/${partition} cannot be read past ${offset}, ends at ${stable}`
      throw new EngineError('log-unavailable', `${message}; see whether the log's servers are up`, {
        coordinates: { topic, partition, offset },
        retryable: true,
      })
    }
    yield* fetched.batches
    offset = next
  }
}
