// What tasks count comes as totals over their lives, in whichever process they ran. Here it becomes
// what was committed in this process: added up over all processes that is the total, so nothing is
// counted twice when a slot is opened again or goes to another worker.
import type { Report, TaskStanding } from '../report.ts'
import type { InputCount, StepCount } from '../task/counts.ts'

type TaskCounts = TaskStanding['counts']

/** Calls `add` with what a task has committed on top of what was known of it. */
export function followCounts(add: (counts: TaskCounts) => void): Report {
  /** By slot and task: what was counted. */
  const known = new Map<number, Map<string, TaskCounts>>()
  return (event) => {
    if (event.kind === 'slot-closed') known.delete(event.slot)
    if (event.kind !== 'slot-opened' && event.kind !== 'committed') return
    const own = known.get(event.slot) ?? new Map<string, TaskCounts>()
    known.set(event.slot, own)
    for (const { task, counts } of event.tasks) {
      const before = own.get(task)
      // A slot that is opened anew may find a commit of its own whose outcome it had not heard of.
      if (before !== undefined) add(countsSince(before, counts))
      own.set(task, countsSince(NOTHING, counts))
    }
  }
}

const NOTHING: TaskCounts = { steps: {}, inputs: {} }
const NO_STEP: StepCount = { records: 0, emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }
const NO_INPUT: InputCount = { records: 0, bad: 0 }

/** The differences, as objects of their own. */
function countsSince(before: TaskCounts, now: TaskCounts): TaskCounts {
  const steps: Record<string, StepCount> = {}
  for (const [id, own] of Object.entries(now.steps)) {
    steps[id] = stepSince(before.steps[id] ?? NO_STEP, own)
  }
  const inputs: Record<string, InputCount> = {}
  for (const [topic, { records, bad }] of Object.entries(now.inputs)) {
    const was = before.inputs[topic] ?? NO_INPUT
    inputs[topic] = { records: rise(was.records, records), bad: rise(was.bad, bad) }
  }
  return { steps, inputs }
}

function stepSince(before: StepCount, now: StepCount): StepCount {
  const held: Record<string, number> = {}
  for (const [reason, count] of Object.entries(now.held)) {
    held[reason] = rise(before.held[reason] ?? 0, count)
  }
  return {
    records: rise(before.records, now.records),
    emitted: rise(before.emitted, now.emitted),
    bad: rise(before.bad, now.bad),
    late: rise(before.late, now.late),
    duplicate: rise(before.duplicate, now.duplicate),
    held,
  }
}

/** A rewind takes totals back; counters only go up. */
function rise(before: number, now: number): number {
  return Math.max(0, now - before)
}
