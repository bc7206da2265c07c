// Runs the sets of a sweep, one after the other in this thread or shared among threads: the next
// set goes to whoever is done. The history is read and encoded once; threads get copies.
import { Worker as Thread } from 'node:worker_threads'
import type { EncodedInputs } from '../../runtime/verify/encoded-inputs.ts'
import { FileProblem, loadTopology } from '../load-topology.ts'
import { type SentError, unpackError } from '../run/thread-message.ts'
import type { Objective } from './objective.ts'
import type { ParameterSet } from './parameter-grid.ts'
import type { PlannedSet } from './plan-sets.ts'
import { runSet, type SetResult } from './run-set.ts'

export interface Sweep {
  readonly file: string
  /** `--set`, for all sets. */
  readonly fixed: ParameterSet
  readonly inputs: EncodedInputs
  readonly objective: Objective
}

export interface RanSet {
  readonly set: ParameterSet
  readonly result: SetResult
}

export interface SweepOptions {
  readonly sets: readonly PlannedSet[]
  readonly workers: number
  readonly onRan: () => void
}

export type FromSweepThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ran'; readonly index: number; readonly result: SetResult }
  | { readonly kind: 'failed'; readonly error: SentError }

export interface SweepErrand {
  readonly index: number
  readonly planned: PlannedSet
}

/** In the order of `sets`. */
export async function runSets(sweep: Sweep, options: SweepOptions): Promise<readonly RanSet[]> {
  const { sets, workers, onRan } = options
  if (workers > 1 && sets.length > 1) return runInThreads(sweep, options)
  const ran: RanSet[] = []
  for (const planned of sets) {
    ran.push({ set: planned.set, result: await runPlanned(sweep, planned) })
    onRan()
  }
  return ran
}

export async function runPlanned(
  { file, fixed, inputs, objective }: Sweep,
  { set, fullHash }: PlannedSet,
): Promise<SetResult> {
  const { plan } = loadTopology(file, { set: { ...fixed, ...set } })
  if (plan?.fullHash !== fullHash) {
    throw new FileProblem(`${file} has changed since this began; start again`)
  }
  return runSet(plan, inputs, objective)
}

async function runInThreads(
  sweep: Sweep,
  { sets, workers, onRan }: SweepOptions,
): Promise<readonly RanSet[]> {
  const results = new Map<number, SetResult>()
  let next = 0
  const entry = new URL('./sweep-thread.ts', import.meta.url)
  const threads = Array.from({ length: Math.min(workers, sets.length) }, () => {
    return new Thread(entry, { workerData: sweep, execArgv: [] })
  })
  const work = (thread: Thread): Promise<void> =>
    new Promise((resolve, reject) => {
      thread.on('error', reject)
      thread.on('exit', () => reject(new Error('a thread of the sweep has ended')))
      thread.on('message', (message: FromSweepThread) => {
        if (message.kind === 'failed') {
          reject(unpackError(message.error))
          return
        }
        if (message.kind === 'ran') {
          results.set(message.index, message.result)
          onRan()
        }
        const planned = sets[next]
        if (planned === undefined) {
          resolve()
          return
        }
        thread.postMessage({ index: next, planned } satisfies SweepErrand)
        next += 1
      })
    })
  try {
    await Promise.all(threads.map(work))
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  return sets.map(({ set }, index) => {
    const result = results.get(index)
    if (result === undefined) throw new Error('a set of the sweep did not run')
    return { set, result }
  })
}
