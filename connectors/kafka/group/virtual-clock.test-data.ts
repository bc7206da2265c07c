// A clock for tests: time passes when a test says so, and what is due happens in its order.
import type { GroupClock } from './waiting.ts'

export interface VirtualClock extends GroupClock {
  /** Lets `ms` pass, and all that it sets going come to rest. */
  readonly advance: (ms: number) => Promise<void>
}

interface Timer {
  readonly at: number
  readonly late: () => void
}

export function createVirtualClock(): VirtualClock {
  const timers = new Set<Timer>()
  let now = 0
  const due = (until: number): Timer | undefined =>
    [...timers].toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until)
  return {
    now: () => now,
    later(ms, late) {
      const timer = { at: now + ms, late }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(ms) {
      const until = now + ms
      await rest()
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        now = Math.max(now, timer.at)
        timers.delete(timer)
        timer.late()
        await rest()
      }
      now = until
    },
  }
}

/** All that waits for promises alone has gone on when this ends. */
export async function rest(): Promise<void> {
  await new Promise(setImmediate)
}
