// How a member of a group waits: never longer than a bound, and no longer than it is a member.
import { ownFault } from '../kafka-fault.ts'

/** Milliseconds since some moment, and a timer that the function it gives calls off. */
export interface GroupClock {
  readonly now: () => number
  readonly later: (ms: number, late: () => void) => () => void
}

/** Ends after `ms`, or at once when the signal says so. */
export function wait(clock: GroupClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = (): void => {
      callOff()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const callOff = clock.later(ms, end)
    signal.addEventListener('abort', end)
  })
}

/**
 * Ends when the work does, and gives what it failed with; gives an error, too, if it has not ended
 * within `ms`. Never rejects, then or later.
 */
export async function within(
  clock: GroupClock,
  ms: number,
  work: Promise<void>,
): Promise<Error | undefined> {
  const over = new AbortController()
  const done = work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  const late = wait(clock, ms, over.signal).then(() =>
    ownFault('TIMEOUT', `it took longer than ${ms} ms`),
  )
  const ended = await Promise.race([done, late])
  over.abort()
  return ended
}
