// What runs in this process and where each task stands, folded from events: what a page about the
// run, a health check or a gauge shows. A slot that has left is forgotten with its tasks.
import type { Layout } from '../layout.ts'
import type { Failure, Report, Restoring, RunEvent, SinkEvent, TaskStanding } from '../report.ts'
import { followSinks, type SinkStatus } from './follow-sinks.ts'
import { isOfSink } from './sink-entry.ts'

export interface RunStatus {
  readonly topology: string
  /** By number. */
  readonly slots: readonly SlotStatus[]
  /** By slot, then as the slot has them. */
  readonly tasks: readonly TaskStatus[]
  /** Of which something was heard. */
  readonly sinks: readonly SinkStatus[]
}

export interface SlotStatus {
  readonly slot: number
  /** `retrying` until it is open again. */
  readonly state: 'restoring' | 'running' | 'retrying' | 'failed'
  /** Why it is retrying or has failed. */
  readonly failure: Failure | undefined
  /** How long its last restore took; undefined before it ended. */
  readonly restoreMs: number | undefined
  /** How far a restore is that goes on; undefined: none does, or it is over soon. */
  readonly restoring?: Restoring | undefined
}

export interface TaskStatus extends Omit<TaskStanding, 'counts'> {
  readonly slot: number
  /** The channel that a stalled task waits for, `topic/partition`; undefined: it is not stalled. */
  readonly waitsFor: string | undefined
}

export interface FollowedRun {
  readonly report: Report
  readonly status: () => RunStatus
}

export function followRun({ plan: { topology } }: Layout): FollowedRun {
  const slots = new Map<number, SlotStatus>()
  const tasks = new Map<string, TaskStatus>()
  const sinks = followSinks()
  return {
    report: (event) => {
      if (isOfSink(event)) sinks.report(event)
      else follow(slots, tasks, event)
    },
    status: () => ({
      topology,
      slots: [...slots.values()].toSorted((a, b) => a.slot - b.slot),
      tasks: [...tasks.values()].toSorted((a, b) => a.slot - b.slot),
      sinks: sinks.status(),
    }),
  }
}

function follow(
  slots: Map<number, SlotStatus>,
  tasks: Map<string, TaskStatus>,
  event: Exclude<RunEvent, SinkEvent>,
): void {
  const set = (slot: number, change: Partial<SlotStatus>): void => {
    const known = slots.get(slot)
    const state = known?.state ?? 'restoring'
    const { failure, restoreMs, restoring } = known ?? {}
    slots.set(slot, { slot, state, failure, restoreMs, restoring, ...change })
  }
  // Of sources, `/health` says nothing: what they bring or lack, tasks and their lag show.
  if ('source' in event) return
  switch (event.kind) {
    case 'slot-opening':
      // What it was may be `retrying`, and it is until it is open.
      if (slots.get(event.slot)?.state !== 'retrying') set(event.slot, { state: 'restoring' })
      break
    case 'slot-opened': {
      const { slot, ms } = event
      set(slot, { state: 'running', failure: undefined, restoreMs: ms, restoring: undefined })
      for (const each of event.tasks) tasks.set(each.task, taskStatus(slot, each))
      break
    }
    case 'restoring': {
      const { slot, partition, records, of, bytes, perSecond, etaMs } = event
      set(slot, { restoring: { partition, records, of, bytes, perSecond, etaMs } })
      break
    }
    case 'assigned':
    case 'local-state-dropped':
    case 'log-problem':
      break
    case 'slot-closed':
      slots.delete(event.slot)
      for (const [id, { slot }] of tasks) if (slot === event.slot) tasks.delete(id)
      break
    case 'committed':
      for (const each of event.tasks) tasks.set(each.task, taskStatus(event.slot, each))
      break
    case 'retrying':
      set(event.slot, { state: 'retrying', failure: failureIn(event), restoring: undefined })
      break
    case 'failed':
      set(event.slot, { state: 'failed', failure: failureIn(event), restoring: undefined })
      break
    case 'stalled': {
      const { task, standing, waitsFor } = event
      const known = tasks.get(task)
      if (known) tasks.set(task, taskStatus(known.slot, standing, waitsFor))
      break
    }
  }
}

function taskStatus(slot: number, standing: TaskStanding, waitsFor?: string): TaskStatus {
  const { task, clock, fetchedClock, waiting, sources, stores, hasFinished } = standing
  return { slot, task, clock, fetchedClock, waiting, sources, stores, hasFinished, waitsFor }
}

function failureIn({ code, message, coordinates }: Failure): Failure {
  return { code, message, coordinates }
}
