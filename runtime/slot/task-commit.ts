// What a task has to say at a commit: the entries and timers that changed, and where it stands.
import { EngineError } from '../../topology/engine-error.ts'
import type { Plan } from '../../topology/plan.ts'
import { inDigits } from '../record-size.ts'
import type { Change } from '../state/changelog-batch.ts'
import { encodeInstant, timerPrefix } from '../state/state-keys.ts'
import type { CommitRecord } from '../task/commit-record.ts'
import { channelId } from '../task/same-task.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'

/** Bytes of one encoded entry: it is one record of the changelog. */
const MOST_OF_ENTRY = 32_000_000

/**
 * Adds what changed in the task's stores and timers since the last call.
 * @throws EngineError `too-large` if an entry has grown beyond what a log takes.
 */
export function stateChanges(task: Task, changes: Change[]): void {
  for (const { planned, stores } of task.steps) {
    for (const [name, store] of stores) {
      store.takeChanges((key, bytes) => {
        if (bytes !== null && bytes.length > MOST_OF_ENTRY) {
          throw entryTooLarge(task, planned.id, name, bytes.length)
        }
        changes.push([key, bytes])
      })
    }
  }
  task.timers.takeChanges((index, key, at) => {
    const step = task.steps[index]
    if (step === undefined) throw new Error(`task has no step ${index}`)
    const name = timerPrefix(step.planned.stateHash) + key
    changes.push([name, at === undefined ? null : encodeInstant(at)])
  })
}

function entryTooLarge(task: Task, step: string, store: string, bytes: number): EngineError {
  return new EngineError(
    'too-large',
    `step "${step}" holds an entry of ${inDigits(bytes)} bytes in its store "${store}", and one ` +
      `may have ${inDigits(MOST_OF_ENTRY)}; let the step remember less of a key, or give it a ` +
      'finer key, and rewind the topology',
    { coordinates: { task: task.layout.id, step, store } },
  )
}

export interface CommitAbout {
  readonly plan: Plan
  readonly epoch: number
  readonly number: number
  readonly promised: CommitRecord['promised']
}

export function commitOf(
  task: Task,
  sources: readonly Source[],
  { plan, epoch, number, promised }: CommitAbout,
): CommitRecord {
  return {
    number,
    epoch,
    topology: plan.topology,
    shapeHash: plan.shapeHash,
    fullHash: plan.fullHash,
    states: task.steps.map(({ planned }) => planned.stateHash),
    taken: task.taken,
    clock: task.clock,
    promised,
    positions: Object.fromEntries(sources.map(({ id, position }) => [id, position])),
    channels: Object.fromEntries(
      task.channels.map((channel) => [channelId(channel.layout), channel.state]),
    ),
    sent: task.emissions.sent,
    steps: task.counts.steps,
    inputs: task.counts.inputs,
    hasFinished: task.hasFinished,
  }
}
