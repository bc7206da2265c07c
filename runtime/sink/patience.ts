// How long a failure is tried again, and how soon. The outside may be away for as long as the
// topology says; the log for as long as workers wait for it.
import { EngineError } from '../../topology/engine-error.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { isPassing } from '../slot/passing.ts'

const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 5_000
/** A broker that restarts may take minutes. */
const LOG_AWAY_MS = 300_000
/** A broker that has just begun to lead a partition may not know yet how far it goes. */
const AHEAD_MS = 10_000
const MICROS_PER_MS = 1_000

/**
 * Faults of the log after which where the sink stands is looked up anew: whoever has fenced its
 * dead letters has its partition too, and whether what it is to read is gone, the bounds will say.
 */
const LOOK_AGAIN: ReadonlySet<string> = new Set(['fenced', 'offset-gone', 'sink-ahead'])

/** Whether it is the outside that fails. */
export function isSinkFault({ code }: EngineError): boolean {
  return code.startsWith('sink-') && code !== 'sink-ahead'
}

/** Whether the same may go well later. */
export function mayPass(error: unknown): error is EngineError {
  return isPassing(error) || (error instanceof EngineError && LOOK_AGAIN.has(error.code))
}

export class Patience {
  readonly #planned: PlannedSink
  readonly #now: () => number
  #failures = 0
  #since = 0

  constructor(planned: PlannedSink, now: () => number) {
    this.#planned = planned
    this.#now = now
  }

  /** Failures since it last went well. */
  get failures(): number {
    return this.#failures
  }

  /** It went well. */
  succeeded(): void {
    this.#failures = 0
  }

  /**
   * How many milliseconds to wait before it is tried again.
   * @throws the error, where that has lasted too long.
   */
  failed(error: EngineError): number {
    const now = this.#now()
    if (this.#failures === 0) this.#since = now
    this.#failures += 1
    const mostMs = this.#mostMs(error)
    const leftMs = this.#since + mostMs - now
    if (leftMs <= 0) throw this.#lasting(error, now - this.#since)
    return Math.min(leftMs, MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1))
  }

  #mostMs(error: EngineError): number {
    const { away } = this.#planned
    if (error.code === 'sink-ahead') return AHEAD_MS
    if (!isSinkFault(error)) return LOG_AWAY_MS
    return away === undefined ? Number.POSITIVE_INFINITY : away.after / MICROS_PER_MS
  }

  #lasting(error: EngineError, ms: number): EngineError {
    const { code, message, coordinates } = error
    if (!isSinkFault(error)) return error
    const text =
      `sink "${this.#planned.name}" was tried for ${Math.round(ms / 1000)} s, which is all that ` +
      `its "away" allows: ${message}; run it again when that is mended, it goes on where it was`
    return new EngineError(code, text, { coordinates, cause: error })
  }
}
