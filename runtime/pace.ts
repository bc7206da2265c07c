// The wall clock of a process, passed in: it paces commits and waits, and no answer depends on it.
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'

export interface Pace {
  /** Milliseconds from some fixed moment. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

export const processPace: Pace = {
  now: () => performance.now(),
  pause: async (ms) => {
    await wait(ms)
  },
}

/**
 * Microseconds since 1970, of this moment: when a person gives a command. It stands in the record
 * from then on, and a replay takes it from there.
 */
export function presentTime(): number {
  return Date.now() * 1000
}
