// What tasks count comes as totals over their lives, in whichever process they ran. Here it becomes
// what was committed in this process: added up over all processes that is the total, so nothing is
// counted twice when a slot is opened again or goes to another worker.
import type { Report, TaskStanding } from '../report.ts'
import { Counts, type InputCount, type StepCount } from '../task/counts.ts'

/** Calls `add` with what the tasks of a slot have committed on top of what was known of them. */
export function followCounts(add: (more: Counts) => void): Report {
  /** By slot and task: the totals that were heard last. */
  const known = new Map<number, Map<string, Counts>>()
  return (event) => {
    if (event.kind === 'slot-closed') known.delete(event.slot)
    if (event.kind !== 'slot-opened' && event.kind !== 'committed') return
    const own = known.get(event.slot) ?? new Map<string, Counts>()
    known.set(event.slot, own)
    const more = new Counts()
    for (const { task, counts } of event.tasks) {
      const before = own.get(task)
      // What a task that comes new to this process had counted is not counted here. One that is
      // opened anew may have a commit of its own whose outcome it had not heard of.
      const heard = before ?? new Counts()
      own.set(task, heard)
      follow(heard, counts, before === undefined ? new Counts() : more)
    }
    add(more)
  }
}

/** Brings `heard` up to `now`, and adds to `more` what that takes. */
function follow(heard: Counts, now: TaskStanding['counts'], more: Counts): void {
  for (const [id, step] of Object.entries(now.steps)) {
    followStep(heard.step(id), step, more.step(id))
  }
  for (const [topic, { records, bad }] of Object.entries(now.inputs)) {
    const before: InputCount = heard.input(topic)
    const added: InputCount = more.input(topic)
    added.records += rise(before.records, records)
    added.bad += rise(before.bad, bad)
    before.records = records
    before.bad = bad
  }
}

const FIELDS = ['records', 'emitted', 'bad', 'late', 'duplicate'] as const

function followStep(before: StepCount, now: StepCount, added: StepCount): void {
  for (const field of FIELDS) {
    added[field] += rise(before[field], now[field])
    before[field] = now[field]
  }
  for (const [reason, count] of Object.entries(now.held)) {
    added.held[reason] = (added.held[reason] ?? 0) + rise(before.held[reason] ?? 0, count)
    before.held[reason] = count
  }
}

/** A rewind takes totals back; counters only go up. */
function rise(before: number, now: number): number {
  return Math.max(0, now - before)
}
