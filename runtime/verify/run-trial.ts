// Runs a trial on a memory log of its own, from the inputs on the log to what was committed. Who
// dies is missed by the group, and a fresh worker takes its place.
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { makeLayout } from '../layout.ts'
import { USUAL_STORE_BYTES } from '../defaults.ts'
import { startWorker } from '../worker.ts'
import { disturb } from './disturbance.ts'
import { appendInputs, asReceived, cutInputs, type EncodedInputs } from './encoded-inputs.ts'
import { fetchInPieces } from './fetch-in-pieces.ts'
import { type Outcome, readOutcome, type Wanted } from './outcome.ts'
import { withReceiptsBeside } from './receipts.ts'
import type { Scene, Trial } from './trial.ts'
import { createTrialClock } from './trial-pace.ts'

export interface Ran {
  readonly outcome: Outcome
  readonly disturbances: readonly string[]
  /** How far the history goes that it was fed: all that was known by then has been given. */
  readonly clock: number
}

/** @throws whatever stopped the run. */
export async function runTrial(
  { plan, operators, inputs }: Pick<Scene, 'plan' | 'operators' | 'inputs'>,
  trial: Trial,
  wanted: Wanted,
): Promise<Ran> {
  const { commit, fetchRecords, workers } = trial
  const asked = trial.lag > 0 ? withReceiptsBeside(plan) : plan
  const layout = makeLayout(asked, wanted === 'every step' ? { capture: '*' } : {})
  const broker = createMemoryBroker()
  const reader = broker.connect({ owner: 'verify' })
  await reader.createTopics(layout.topics)
  const ends = await appendInputs(reader, fedTo(trial, inputs))
  const disturbance = disturb(trial, `${plan.topology}.slot-`)
  const clock = createTrialClock()
  const isPlain = workers === 1 && trial.disturbed === undefined
  let started = 0

  const startOne = (): { readonly owner: string; readonly done: Promise<void> } => {
    started += 1
    const owner = `worker-${started}`
    const log = broker.connect(isPlain ? { owner } : { owner, at: disturbance.at })
    const { done } = startWorker({
      layout,
      operators,
      log: fetchInPieces(log),
      pace: clock.paceFor(() => disturbance.isDead(owner)),
      commit,
      fetchRecords,
      ends,
      storeBytes: USUAL_STORE_BYTES,
      report: ({ kind }) => {
        if (kind === 'committed') clock.progress()
      },
    })
    return { owner, done }
  }

  /** Works until one of those that follow each other has come to the end. */
  const work = async (): Promise<void> => {
    for (;;) {
      const { owner, done } = startOne()
      await Promise.race([done, disturbance.death(owner)])
      if (!disturbance.isDead(owner)) return
      broker.expire(owner)
    }
  }

  try {
    await Promise.all(Array.from({ length: workers }, work))
  } finally {
    disturbance.end()
  }
  const outcome = await readOutcome(layout, reader, wanted)
  return { outcome, disturbances: disturbance.done, clock: ends.clock }
}

/** The history as the trial is fed it. */
function fedTo({ to, lag }: Trial, inputs: EncodedInputs): EncodedInputs {
  const known = lag > 0 ? asReceived(inputs) : inputs
  return to === undefined ? known : cutInputs(known, { from: undefined, to })
}
