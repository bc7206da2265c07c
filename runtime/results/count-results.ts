// What a run has counted, as last committed: of all tasks together.
import type { Plan } from '../../topology/plan.ts'
import type { StepCounts } from '../reference/history.ts'
import type { CommitRecord } from '../task/commit-record.ts'
import type { StepCount } from '../task/counts.ts'

export interface CountResults {
  /** By step id; topics of which something could not be read stand beside the steps. */
  readonly steps: ReadonlyMap<string, StepCounts>
  /** Records read, by input topic. */
  readonly inputs: ReadonlyMap<string, number>
}

export function countResults(plan: Plan, commits: Iterable<CommitRecord>): CountResults {
  const all = [...commits]
  return { steps: stepCounts(plan, all), inputs: inputCounts(plan, all) }
}

/** A sub-topology has a task for each partition. */
function stepCounts(plan: Plan, commits: readonly CommitRecord[]): Map<string, StepCounts> {
  const all = new Map(plan.steps.map(({ id }) => [id, noCounts()]))
  for (const { steps, inputs } of commits) {
    for (const [id, own] of Object.entries(steps)) addCounts(all, id, own)
    for (const [topic, { bad }] of Object.entries(inputs)) {
      if (bad > 0) addCounts(all, topic, { ...NOTHING, bad })
    }
  }
  return all
}

const NOTHING: StepCount = { records: 0, emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }

function addCounts(all: Map<string, StepCounts>, id: string, own: StepCount): void {
  const counts = all.get(id) ?? noCounts()
  all.set(id, counts)
  counts.records += own.records
  counts.emitted += own.emitted
  counts.fates.bad += own.bad
  counts.fates.late += own.late
  counts.fates.duplicate += own.duplicate
  for (const [reason, count] of Object.entries(own.held)) {
    counts.held.set(reason, (counts.held.get(reason) ?? 0) + count)
  }
}

function noCounts(): StepCounts {
  return { records: 0, emitted: 0, fates: { bad: 0, late: 0, duplicate: 0 }, held: new Map() }
}

function inputCounts(plan: Plan, commits: readonly CommitRecord[]): Map<string, number> {
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  return new Map(
    inputs.map(({ name }) => [
      name,
      commits.reduce((sum, { inputs: read }) => sum + (read[name]?.records ?? 0), 0),
    ]),
  )
}
