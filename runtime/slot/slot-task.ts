// A task as its slot holds it: with the sources that it reads, and what was committed of it.
import type { Log } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { TaskLayout } from '../layout.ts'
import type { CommittedState } from '../state/task-store.ts'
import type { CommitRecord } from '../task/commit-record.ts'
import { makeTask } from '../task/make-task.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import type { InsertedRow } from './inserted-rows.ts'
import type { SlotOptions } from './options.ts'

export interface SlotTask {
  readonly layout: TaskLayout
  readonly task: Task
  readonly sources: readonly Source[]
  commits: number
  promised: CommitRecord['promised']
  /** Rows put in since the last commit. */
  inserted: InsertedRow[]
  /** How far it goes on without the topics that are silent. */
  skippedTo: number
  /** Items and timers taken at the last commit. */
  committed: number
  /** By source: where a restart reads on, as last committed. */
  positions: CommitRecord['positions']
}

/** `record` is undefined for a task that has never committed. */
export function openTask(
  { layout: { plan }, operators, storeBytes }: SlotOptions,
  layout: TaskLayout,
  state: CommittedState,
  record: CommitRecord | undefined,
): SlotTask {
  const made = makeTask({ plan, operators, layout, state, record, storeBytes })
  return {
    ...made,
    layout,
    commits: record?.number ?? 0,
    promised: record?.promised ?? { clock: Number.NEGATIVE_INFINITY, hasEnded: false },
    inserted: [],
    skippedTo: Number.NEGATIVE_INFINITY,
    committed: made.task.taken,
    positions: record?.positions ?? {},
  }
}

/**
 * A task that has never committed reads inputs from what is kept of them, and all that other tasks
 * have sent it; false if some of that is gone.
 */
export async function startAtFirst(log: Log, { sources }: SlotTask): Promise<boolean> {
  const bounds = await log.bounds(sources)
  for (const [index, source] of sources.entries()) {
    const first = bounds[index]?.first ?? 0
    if (source.world !== undefined) source.next = first
    else if (first > 0) return false
  }
  return true
}

export function beginsTooLate({ id }: TaskLayout): EngineError {
  return new EngineError(
    'topology-changed',
    `task ${id} has not begun, and the first records that others sent it are gone; rewind the ` +
      'topology, or give it another name',
    { coordinates: { task: id } },
  )
}
