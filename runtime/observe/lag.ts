// How far behind a task is: by records, and by what it knows of time. Neither asks the log, nor the
// wall clock.
import type { SourceStanding } from '../report.ts'
import type { TaskStatus } from './run-status.ts'

/** Records that are there and not taken; undefined before the first fetch. */
export function lagRecords({
  position,
  stable,
}: Pick<SourceStanding, 'position' | 'stable'>): number | undefined {
  return stable === undefined ? undefined : Math.max(0, stable - position)
}

const MICROS_PER_SECOND = 1_000_000

/** From the task's clock to that of the last record fetched; undefined before its first item. */
export function lagSeconds({ clock, fetchedClock }: TaskStatus): number | undefined {
  if (!Number.isFinite(clock)) return undefined
  return Math.max(0, fetchedClock - clock) / MICROS_PER_SECOND
}

/** The task's clock in seconds since 1970; undefined before its first item. */
export function clockSeconds({ clock }: TaskStatus): number | undefined {
  return Number.isFinite(clock) ? clock / MICROS_PER_SECOND : undefined
}
