// The end of a run that somebody stops where no broker answers: what the run has come to is asked
// of the log, and who presses Ctrl-C does not wait for it longer than a few seconds.
import type { Pace } from '../../runtime/pace.ts'
import { EngineError } from '../../topology/engine-error.ts'

export interface InTime {
  /** Of the log that is asked. */
  readonly log: string
  readonly pace: Pace
  /** Aborted once the run is to end; before that, it is waited for. */
  readonly signal: AbortSignal
}

const WITHIN_MS = 5_000
const LOOK_MS = 50

/** @throws EngineError `log-unavailable` where a run that was stopped is told nothing in time. */
export async function inTime<T>(asked: Promise<T>, { log, pace, signal }: InTime): Promise<T> {
  const isTold = (): true => true
  const told = asked.then(isTold, isTold)
  for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += signal.aborted ? LOOK_MS : 0) {
    if (await Promise.race([told, pace.pause(LOOK_MS)])) return asked
  }
  throw untold(log)
}

function untold(log: string): EngineError {
  return new EngineError(
    'log-unavailable',
    `the run was stopped, and ${log} has not answered for ${WITHIN_MS / 1_000} s since: how many ` +
      'records it has read, and whether its last commit was taken, is not known; what was ' +
      'committed is on the log, and the next run goes on behind it',
    { coordinates: { log } },
  )
}
