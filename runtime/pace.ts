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

/** A pause that keeps no process alive: whatever follows it is not missed when it never comes. */
export async function rest(ms: number): Promise<void> {
  await wait(ms, undefined, { ref: false })
}

let named = 0

/** A name that nobody else has used. No answer depends on it. */
export function unusedName(): string {
  return `${Date.now()}-${process.pid}-${(named += 1)}`
}

/**
 * Microseconds since 1970, of this moment: when a person gives a command. It stands in the record
 * from then on, and a replay takes it from there.
 */
export function presentTime(): number {
  return Date.now() * 1000
}
