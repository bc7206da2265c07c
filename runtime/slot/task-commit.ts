// What a task has to say at a commit: the entries and timers that changed, and where it stands.
import type { Plan } from '../../topology/plan.ts'
import type { Change } from '../state/committed-state.ts'
import { encodeInstant, timerPrefix } from '../state/state-keys.ts'
import type { CommitRecord } from '../task/commit-record.ts'
import { channelId } from '../task/make-task.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'

/** Adds what changed in the task's stores and timers since the last call. */
export function stateChanges(task: Task, changes: Change[]): void {
  for (const { stores } of task.steps) {
    for (const store of stores.values()) {
      store.takeChanges((name, bytes) => void changes.push([name, bytes]))
    }
  }
  task.timers.takeChanges((index, key, at) => {
    const step = task.steps[index]
    if (step === undefined) throw new Error(`task has no step ${index}`)
    const name = timerPrefix(step.planned.stateHash) + key
    changes.push([name, at === undefined ? null : encodeInstant(at)])
  })
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
