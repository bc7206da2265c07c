// What can go wrong where somebody waits, and how to draw it. Only what a log may really do: an
// abort is told while nothing is committed yet, an unknown outcome when it may have been.
import type { LogFault } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { LogPoint } from '../../connectors/memory/log-point.ts'
import type { Random } from './random.ts'
import type { Waiter } from './waiting-room.ts'

export type Disturbance =
  /** The process is gone. */
  | 'kill'
  /** The group takes it for dead, and it lives. */
  | 'expire'
  /** It leaves as it was asked to. */
  | 'stop'
  /** One more worker joins. */
  | 'join'
  /** What it waits for takes very long. */
  | 'delay'
  | Extract<LogFault, 'aborted' | 'outcome-unknown' | 'log-unavailable'>

const USUAL = 0.02
/** The commit path is where it hurts, most of all where the outcome is not known to the caller. */
const IN_TRANSACTIONS = { before: 0.15, middle: 0.12, after: 0.35 }

/** Undefined most of the time: it simply goes on. */
export function drawDisturbance(
  random: Random,
  { point }: Pick<Waiter, 'point'>,
): Disturbance | undefined {
  const isCommitting = point?.operation === 'transact' || point?.operation === 'producer'
  if (!random.chance(isCommitting ? IN_TRANSACTIONS[point.stage] : USUAL)) return undefined
  const always: Disturbance[] = ['kill', 'kill', 'expire', 'stop', 'join', 'delay']
  return random.pick([...always, ...faultsAt(point)])
}

function faultsAt(point: LogPoint | undefined): readonly Disturbance[] {
  if (point === undefined) return []
  if (point.operation !== 'transact') return ['log-unavailable', 'log-unavailable']
  if (point.stage === 'before') return ['aborted', 'aborted']
  if (point.stage === 'middle') return ['aborted', 'outcome-unknown']
  return ['outcome-unknown', 'outcome-unknown']
}

/** What the caller of the log is told; undefined where it is told nothing. */
export function faultOf(disturbance: Disturbance): EngineError | undefined {
  switch (disturbance) {
    case 'aborted':
    case 'outcome-unknown':
    case 'log-unavailable':
      return new EngineError(disturbance, `the simulation says ${disturbance}`, {
        coordinates: {},
        retryable: disturbance === 'log-unavailable',
      })
    case 'kill':
    case 'expire':
    case 'stop':
    case 'join':
    case 'delay':
      return undefined
  }
}
