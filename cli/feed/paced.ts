// Slows a history down to so many items a second of the wall clock. Nothing about the records
// depends on it.
import type { Pace } from '../../runtime/pace.ts'

/** Slices a second, where there are that many items: what a reader sees looks like a flow. */
const SLICES = 20
/** So that whoever wants it to stop does not wait long. */
const LONGEST_PAUSE_MS = 100

export interface PacedOptions {
  /** Items a second. */
  readonly rate: number
  readonly pace: Pace
  readonly signal: AbortSignal
}

/** The same items in smaller batches, each given out when it is due. Ends when `signal` says so. */
export async function* paced<T>(
  batches: AsyncIterable<readonly T[]>,
  { rate, pace, signal }: PacedOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const size = Math.max(1, Math.floor(rate / SLICES))
  const began = pace.now()
  let given = 0
  for await (const batch of batches) {
    for (let at = 0; at < batch.length; at += size) {
      const due = began + (given / rate) * 1000
      for (let left = due - pace.now(); left > 0; left = due - pace.now()) {
        if (signal.aborted) return
        await pace.pause(Math.min(left, LONGEST_PAUSE_MS))
      }
      if (signal.aborted) return
      const slice = batch.slice(at, at + size)
      given += slice.length
      yield slice
    }
  }
}

/** The batches as they come, or paced where a rate is asked for. */
export function atRate<T>(
  batches: AsyncIterable<readonly T[]>,
  {
    options: { rate },
    pace,
  }: { readonly options: { readonly rate?: number }; readonly pace: Pace },
  signal: AbortSignal,
): AsyncIterable<readonly T[]> {
  return rate === undefined ? batches : paced(batches, { rate, pace, signal })
}
