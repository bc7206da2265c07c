// Where a task stands, for reports: the clock, what waits, how far its sources are read, what its
// stores take. It asks nothing of the log.
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import type { CommittedTask, StoreStanding, TaskStanding } from '../report.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import type { InsertedRow } from './inserted-rows.ts'

export interface StandingTask {
  readonly task: Task
  readonly sources: readonly Source[]
}

export function standingOf({ task, sources }: StandingTask): TaskStanding {
  const { layout, clock, channels, counts, hasFinished } = task
  let waiting = 0
  let fetchedClock = clock
  for (const channel of channels) {
    waiting += channel.waiting
    const { lastClock } = channel
    if (lastClock > fetchedClock) fetchedClock = lastClock
  }
  return {
    task: layout.id,
    clock,
    fetchedClock,
    waiting,
    sources: sources.map(({ topic, partition, position, stable }) => {
      return { topic, partition, position, stable }
    }),
    stores: storesOf(task),
    counts: { steps: counts.steps, inputs: counts.inputs },
    hasFinished,
  }
}

function storesOf({ steps }: Task): readonly StoreStanding[] {
  return steps.flatMap(({ planned, stores }) =>
    [...stores].map(([store, { bytes }]) => ({ step: planned.id, store, bytes })),
  )
}

interface CommittingTask extends StandingTask {
  /** Items taken at the commit before. */
  readonly committed: number
  /** Rows put in since then. */
  readonly inserted: readonly InsertedRow[]
}

export function committedTask(committing: CommittingTask): CommittedTask {
  const { task, committed, inserted } = committing
  const skips = inserted.filter(({ kind }) => kind === HEARTBEAT)
  return {
    ...standingOf(committing),
    items: task.taken - committed,
    idleSkips: skips.map(({ source }) => source.slice(0, source.lastIndexOf('/'))),
  }
}
