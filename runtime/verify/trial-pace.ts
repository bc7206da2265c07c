// The clock of a trial: it goes on by a millisecond whenever somebody looks, and a pause takes one
// turn of the event loop. So a trial takes no longer than its work, and is the same every time.
import type { Pace } from '../pace.ts'
import { never } from './disturbance.ts'

export interface TrialClock {
  /** For one worker; `isDead`: it never wakes. */
  readonly paceFor: (isDead: () => boolean) => Pace
  /** To be called at every commit. */
  readonly progress: () => void
}

/** Pauses without a commit between them after which nothing more can be expected. */
const MOST_PAUSES = 200_000

export function createTrialClock(): TrialClock {
  let now = 0
  let pauses = 0
  return {
    progress: () => void (pauses = 0),
    paceFor: (isDead) => ({
      now: () => (now += 1),
      pause: async () => {
        await new Promise(setImmediate)
        if (isDead()) await never()
        pauses += 1
        if (pauses > MOST_PAUSES) throw new Error('the run does not come to its end')
      },
    }),
  }
}
