// Which faults of a log may pass, so that trying again has a point.
import { EngineError } from '../../topology/engine-error.ts'

const PASSING: ReadonlySet<string> = new Set(['aborted', 'outcome-unknown', 'log-unavailable'])

export function isPassing(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.retryable || PASSING.has(error.code))
}
