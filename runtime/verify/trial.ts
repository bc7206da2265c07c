// A check says that something makes no difference: how often is committed, who crashes, what the
// wall clock says. Its trials run the same history with that something otherwise; all are to give
// what the reference interpreter gives.
import type { Operator } from '../../operators/operator.ts'
import type { Plan } from '../../topology/plan.ts'
import type { CommitPace } from '../slot/options.ts'
import type { EncodedInputs } from './encoded-inputs.ts'
import type { Outcome, Wanted } from './outcome.ts'

export interface Trial {
  /** What is otherwise in it: `7 records a commit`. */
  readonly label: string
  readonly commit: CommitPace
  readonly fetchRecords: number
  readonly workers: number
  /** Seed of what disturbs it; undefined: nothing does. */
  readonly disturbed: { readonly seed: number; readonly by: 'crashes' | 'faults' } | undefined
  /** Only what was known before is fed, microseconds; undefined: everything. */
  readonly to: number | undefined
  /**
   * Every record is known only when it says that it was received, by at most so much later,
   * microseconds; 0: when its topic says so.
   */
  readonly lag: number
  /** What a difference would show: `look-ahead: ...`; undefined: the check's name says it. */
  readonly meaning: string | undefined
  /** In a process with another wall clock and time zone. */
  readonly isElsewhere: boolean
}

export interface Scene {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  readonly inputs: EncodedInputs
  /** Records that the inputs hold. */
  readonly records: number
  /** How many trials a check has whose trials are drawn. */
  readonly seeds: number
  /** Runs the usual trial in another process; undefined: there is none. */
  readonly elsewhere: ((wanted: Wanted) => Promise<Outcome>) | undefined
}

export interface Check {
  /** Its file's name, which is what it states. */
  readonly name: string
  readonly trials: (scene: Scene) => readonly Trial[]
}

/** Nothing disturbs it, and commits are as large as a run over history makes them. */
export const usualTrial: Trial = {
  label: 'nothing disturbed',
  commit: { everyMs: Number.POSITIVE_INFINITY, records: 50_000 },
  fetchRecords: 10_000,
  workers: 1,
  disturbed: undefined,
  to: undefined,
  lag: 0,
  meaning: undefined,
  isElsewhere: false,
}
