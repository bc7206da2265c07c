// The Kafka driver's clock and its only timers: deadlines of requests, pauses between retries. They
// decide when something is asked again, never what the log holds or its order.

/** Milliseconds since some moment that never changes; unlike the wall clock it never jumps. */
export const steadyMs = (): number => performance.now()

/** Milliseconds since 1970: what records hold in topics that keep timestamps of writers. */
export const wallMs = (): number => Date.now()

/** Runs `late` after `ms` unless the function that is returned is called before. */
export function later(ms: number, late: () => void): () => void {
  const timer = setTimeout(late, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Waits, and keeps the process alive meanwhile. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** The driver's clock as its parts are given it; tests give them others. */
export interface Clock {
  /** Milliseconds. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
  /** Runs `late` after `ms` unless the function that is returned is called before. */
  readonly later: (ms: number, late: () => void) => () => void
}

export const realClock: Clock = { now: steadyMs, pause, later }
