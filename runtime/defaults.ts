// What a run uses where nobody says otherwise.
import type { CommitPace } from './slot/options.ts'

/** A commit every 50 ms or so many records: latency live, throughput over history. */
export const USUAL_COMMIT: CommitPace = { everyMs: 50, records: 50_000 }

/** Records fetched of a partition at once. */
export const USUAL_FETCH = 10_000

/** Bytes of entries that each store keeps in memory, where they can be read again. */
export const USUAL_STORE_BYTES = 64 * 1024 * 1024
