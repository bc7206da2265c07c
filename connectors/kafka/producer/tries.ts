// How long something is tried: until an instant of a clock that only goes forward, with pauses that
// grow. Whoever waits for an answer waits no longer than that.
import { EngineError } from '../../../topology/engine-error.ts'
import type { Clock } from '../clock.ts'
import { faultOf, type KafkaFault, ownFault } from '../kafka-fault.ts'

/** What passes as soon as another request is done with is asked for often. */
const SOON = { firstMs: 1, mostMs: 50 }
const LATER = { firstMs: 20, mostMs: 250 }
const GROWTH = 1.6

export interface Tries {
  /** How long one may wait for an answer, at least a millisecond. */
  readonly leftMs: () => number
  /** Waits before the next try; false: there is no time for one. */
  readonly again: (isSoon: boolean) => Promise<boolean>
}

export function triesUntil(clock: Clock, until: number): Tries {
  const leftMs = (): number => Math.max(1, until - clock.now())
  let soonMs = SOON.firstMs
  let laterMs = LATER.firstMs
  return {
    leftMs,
    again: async (isSoon) => {
      const pauseMs = isSoon ? soonMs : laterMs
      if (clock.now() + pauseMs >= until) return false
      if (isSoon) soonMs = Math.min(SOON.mostMs, soonMs * GROWTH)
      else laterMs = Math.min(LATER.mostMs, laterMs * GROWTH)
      await clock.pause(pauseMs)
      return true
    },
  }
}

/** The promise, or a fault `TIMEOUT` where it takes longer than `ms`. */
export async function within<T>(
  clock: Clock,
  { ms, what }: { readonly ms: number; readonly what: string },
  promise: Promise<T>,
): Promise<T> {
  let stop = (): void => undefined
  const timeout = new Promise<never>((_, reject) => {
    stop = clock.later(ms, () => reject(ownFault('TIMEOUT', `${what} took longer than ${ms} ms`)))
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    stop()
  }
}

/** Why a request got no answer; one that cannot be read is none. Throws on what is a mistake. */
export function lossOf(error: unknown): KafkaFault {
  return error instanceof EngineError ? ownFault('MALFORMED', error.message) : faultOf(error)
}

const BROKER_NOT_AVAILABLE = 8

/** Whether the same request may get another answer: a broker that is not known yet may be soon. */
export function mayPass({ isRetryable, code }: KafkaFault): boolean {
  return isRetryable || code === BROKER_NOT_AVAILABLE
}
