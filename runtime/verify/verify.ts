// Runs a history through the reference interpreter, then through the engine in every trial of every
// check, and says where an answer differs.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Operator } from '../../operators/operator.ts'
import type { Plan } from '../../topology/plan.ts'
import type { RunResult } from '../reference/history.ts'
import type { Range } from '../reference/inputs.ts'
import { runReference } from '../reference/interpreter.ts'
import { checks } from './checks.ts'
import {
  allClocks,
  countRecords,
  cutInputs,
  type EncodedInputs,
  encodeInputs,
} from './encoded-inputs.ts'
import { departs, findStream, type StreamDifference } from './expectation.ts'
import type { Outcome, Wanted } from './outcome.ts'
import { runTrial } from './run-trial.ts'
import type { Check, Scene, Trial } from './trial.ts'

export interface Verification {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  /** By the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, readonly InputItem[]>
  readonly range: Range
  /** Only as much of the history as brings so many records; undefined: all of it. */
  readonly records: number | undefined
  readonly seeds: number
  readonly elsewhere: Scene['elsewhere']
  /** Told of how many records every trial runs, before anything does. */
  readonly onBegin: (records: number) => void
  /** Told before a trial runs, and when it has. */
  readonly onTrial: (check: Check, trial: Trial) => void
  readonly onVerdict: (verdict: Verdict) => void
}

export interface Verdict {
  readonly check: string
  readonly trial: string
  /** What was done to it: `dies middle transaction 12`. */
  readonly disturbances: readonly string[]
  /** Undefined: it agrees. */
  readonly difference: Difference | undefined
}

export interface Difference {
  /** What it shows: `look-ahead: ...`; undefined: the check's name says it. */
  readonly meaning: string | undefined
  /** What was noticed first: a topic, dead letters, or what stopped the run. */
  readonly noticed: string
  /** Undefined where it stopped, or no step's records differ. */
  readonly found: StreamDifference | undefined
  /** When every step was looked at, it gave what it should: something changes from run to run. */
  readonly hasPassed: boolean
}

export interface Verified {
  readonly records: number
  /** Of the topics that steps write, by the reference interpreter. */
  readonly digests: ReadonlyMap<string, string>
  /** Of those topics the ones without a record: nothing of them was compared. */
  readonly empty: readonly string[]
}

/** Histories up to here are run with every step's records kept from the beginning. */
const MOST_KEPT = 100_000

/**
 * @throws RecordFailed where a record stops the reference interpreter: there is no end to compare
 * then.
 */
export async function verify(verification: Verification): Promise<Verified> {
  const { plan, operators, seeds, elsewhere, onTrial, onVerdict } = verification
  const { range, inputs, records } = portionOf(verification)
  verification.onBegin(records)
  const scene: Scene = { plan, operators, inputs, records, seeds, elsewhere }
  const about = { plan, operators, inputs: verification.inputs, range }
  const keepsAll = records <= MOST_KEPT
  const expected = runReference({ ...about, ...(keepsAll && { capture: '*' as const }) })
  const inDetail = (): RunResult => (keepsAll ? expected : runReference({ ...about, capture: '*' }))
  for (const check of checks) {
    for (const trial of check.trials(scene)) {
      onTrial(check, trial)
      const { difference, disturbances } = await judge(scene, trial, expected, inDetail)
      onVerdict({ check: check.name, trial: trial.label, disturbances, difference })
    }
  }
  const digests = [...expected.digests].map(
    ([topic, digest]) => [topic, digest.toString()] as const,
  )
  const empty = [...expected.digests].filter(([, digest]) => digest.records === 0)
  return { records, digests: new Map(digests), empty: empty.map(([topic]) => topic) }
}

/** The part of the history that the trials run. */
export interface Portion {
  readonly range: Range
  readonly inputs: EncodedInputs
  readonly records: number
}

type Histories = Pick<Verification, 'plan' | 'inputs' | 'range' | 'records'>

export function portionOf({ plan, inputs, range, records = Infinity }: Histories): Portion {
  const whole = cutInputs(encodeInputs(plan, inputs), range)
  const clocks = allClocks(whole).sort()
  const to = (clocks[Math.min(records, clocks.length) - 1] ?? NaN) + 1
  const isShorter = records < clocks.length && Number.isFinite(to)
  const portion = isShorter ? cutInputs(whole, { ...range, to }) : whole
  const cut = isShorter ? { ...range, to } : range
  return { range: cut, inputs: portion, records: countRecords(portion) }
}

interface Judged {
  readonly difference: Difference | undefined
  readonly disturbances: readonly string[]
}

async function judge(
  scene: Scene,
  trial: Trial,
  expected: RunResult,
  inDetail: () => RunResult,
): Promise<Judged> {
  const isBound = trial.to !== undefined || trial.lag > 0
  const first = await tryTrial(scene, trial, isBound ? 'rows' : 'digests')
  const { disturbances } = first
  const { meaning, lag } = trial
  if ('stopped' in first) {
    const difference = { meaning, noticed: first.stopped, found: undefined, hasPassed: false }
    return { difference, disturbances }
  }
  // So late as its records are, so much earlier is all given that the whole history gives.
  const within = isBound ? { upTo: first.clock - lag, atAnyTime: lag > 0 } : undefined
  const noticed = departs(scene.plan, expected, first.outcome, within)
  if (noticed === undefined) return { difference: undefined, disturbances }
  const again = await tryTrial(scene, trial, 'every step')
  if ('stopped' in again) {
    return { difference: { meaning, noticed, found: undefined, hasPassed: false }, disturbances }
  }
  const whole = inDetail()
  const found = findStream(scene.plan, whole, again.outcome, within)
  const hasPassed = departs(scene.plan, whole, again.outcome, within) === undefined
  return { difference: { meaning, noticed, found, hasPassed }, disturbances }
}

type Tried = { readonly disturbances: readonly string[] } & (
  { readonly outcome: Outcome; readonly clock: number } | { readonly stopped: string }
)

async function tryTrial(scene: Scene, trial: Trial, wanted: Wanted): Promise<Tried> {
  try {
    if (!trial.isElsewhere) return await runTrial(scene, trial, wanted)
    if (scene.elsewhere === undefined) throw new Error('there is no elsewhere')
    return { outcome: await scene.elsewhere(wanted), disturbances: [], clock: NaN }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { stopped: `the run stopped: ${why}`, disturbances: [] }
  }
}
