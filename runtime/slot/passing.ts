// Which faults of a log may pass, so that trying again has a point, and for how long it has.
import { EngineError } from '../../topology/engine-error.ts'

const PASSING: ReadonlySet<string> = new Set(['aborted', 'outcome-unknown', 'log-unavailable'])

/** Failures in a row, without success between them, after which a worker gives up. */
export const MOST_FAILURES = 8

/** How long a log that is away is tried again: a broker that restarts may take minutes. */
export const AWAY_MS = 300_000

export function isPassing(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.retryable || PASSING.has(error.code))
}
