// Which ends still hold. That a run was to end where the inputs stood was true for that run alone;
// what tasks told each other because of it is on the log, and a later run brings more. To it such
// an end is a promise up to its clock, like a heartbeat.
import { END } from '../../connectors/record-batch.ts'
import { readInserted } from './inserted-rows.ts'
import type { SlotOptions } from './options.ts'

/** Tells, by the clock of an end, whether a channel that has come to it expects nothing more. */
export async function findStandingEnds({
  layout: { plan, partitions },
  log,
  ends,
}: Pick<SlotOptions, 'layout' | 'log' | 'ends'>): Promise<(clock: number) => boolean> {
  // In a run that ends by itself every input, and then every task, comes to the clock of the end.
  if (ends !== undefined) return (clock) => clock >= ends.clock
  const ofRuns = new Set<number>()
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const { kind, clock, upstream } of await readInserted(log, plan.topology, partition)) {
      // Where a task was not waited for, an end that it sends has the clock that was decided upon.
      if (kind === END || upstream >= 0) ofRuns.add(clock)
    }
  }
  return (clock) => !ofRuns.has(clock)
}
