// The two ways in which a source waits: until it is told to stop, and ever longer after failures.
import type { SourceClock } from '../source.ts'

const LONGEST_PAUSE_MS = 100

/** Returns early when it is told to stop. */
export async function waitUnless(
  signal: AbortSignal,
  ms: number,
  { now, pause }: SourceClock,
): Promise<void> {
  const until = now() + ms
  for (let left = ms; left > 0 && !signal.aborted; left = until - now()) {
    await pause(Math.min(left, LONGEST_PAUSE_MS))
  }
}

const [FIRST_MS, MOST_MS] = [250, 30_000]

export interface BackOff {
  /** How long to wait now: twice as long as the last time, to an end. */
  readonly next: () => number
  readonly reset: () => void
}

export function createBackOff(): BackOff {
  let ms = FIRST_MS
  return {
    next: () => {
      const own = ms
      ms = Math.min(ms * 2, MOST_MS)
      return own
    },
    reset: () => {
      ms = FIRST_MS
    },
  }
}
