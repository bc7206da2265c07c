// A plan of two steps on one topic, and events about its one task, for tests of what is made of
// them.
import { type Layout, makeLayout } from '../layout.ts'
import { pass, planSteps } from '../reference/run-steps.test-data.ts'
import type { CommittedTask, RunEvent, TaskStanding } from '../report.ts'
import type { StepCount } from '../task/counts.ts'

const STEPS = `
  first: { from: items, pass: {} }
  second: { from: first, pass: {} }`

export function twoSteps(): Layout {
  return makeLayout(planSteps({ operators: [pass], steps: STEPS }))
}

/** Counts of `first` that have passed through, unless said otherwise. */
export function counts(records: number, own: Partial<StepCount> = {}): TaskStanding['counts'] {
  const none = { emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }
  const first = { ...none, records, emitted: records, ...own }
  return { steps: { first }, inputs: { items: { records, bad: 0 } } }
}

function standing(own: Partial<TaskStanding> = {}): TaskStanding {
  return {
    task: '0_0',
    clock: -Infinity,
    fetchedClock: -Infinity,
    waiting: 0,
    sources: [{ topic: 'items', partition: 0, position: 0, stable: undefined }],
    stores: [],
    counts: counts(0),
    hasFinished: false,
    ...own,
  }
}

export function opened(epoch: number, own: Partial<TaskStanding> = {}, slot = 0): RunEvent {
  return { kind: 'slot-opened', slot, epoch, ms: 40, tasks: [standing(own)] }
}

export function committed(epoch: number, own: Partial<CommittedTask> = {}, slot = 0): RunEvent {
  const task = { ...standing(own), items: 1, idleSkips: [], ...own }
  return { kind: 'committed', slot, epoch, items: 1, ms: 3, tasks: [task] }
}

export function closed(epoch: number | undefined, slot = 0): RunEvent {
  return { kind: 'slot-closed', slot, epoch, reason: 'stopped' }
}

export const retrying: RunEvent = {
  kind: 'retrying',
  slot: 0,
  attempt: 1,
  code: 'log-unavailable',
  message: 'the log cannot be reached',
  coordinates: { host: 'broker-1', port: 9092 },
}

export function stalled(own: Partial<TaskStanding> = {}): RunEvent {
  return { kind: 'stalled', task: '0_0', waitsFor: 'others/1', standing: standing(own) }
}
