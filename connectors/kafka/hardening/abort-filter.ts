// Which batches of a fetch belong to aborted transactions. It cures three leaks of kafkajs 2.2.4:
// its list of aborted transactions comes in the order of completion and is not sorted; of several
// that were open where the fetch begins it sees the first alone; and a user's record with the key
// 00 00 00 00 ends an aborted transaction, as if it were a marker.
import type { AbortedTransaction } from '../exchanges/fetch.ts'

export interface BatchAbout {
  readonly lastOffset: number
  readonly producerId: bigint
  readonly isTransactional: boolean
  /** The batch holds a transaction's marker. */
  readonly isControl: boolean
}

export type AbortFilter = (batch: BatchAbout) => boolean

const passesAll: AbortFilter = ({ isControl }) => !isControl

/**
 * Tells of each batch, asked in the order of the log, whether its records are a user's and were
 * committed (or written outside of transactions).
 */
export function abortFilter(aborted: readonly AbortedTransaction[]): AbortFilter {
  if (aborted.length === 0) return passesAll
  const waiting = aborted.toSorted((one, other) => one.firstOffset - other.firstOffset)
  const open = new Set<bigint>()
  let next = 0
  return ({ lastOffset, producerId, isTransactional, isControl }) => {
    for (let entry = waiting[next]; entry !== undefined; entry = waiting[next]) {
      if (entry.firstOffset > lastOffset) break
      open.add(entry.producerId)
      next += 1
    }
    if (!isControl) return !(isTransactional && open.has(producerId))
    // Whatever a marker says, it ends the one transaction that its producer has open.
    open.delete(producerId)
    return false
  }
}
