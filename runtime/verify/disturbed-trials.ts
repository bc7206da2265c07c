// Trials in which something goes wrong on the way of commits: small enough commits that there are
// many of them, whatever the length of the history.
import { createDraw } from './draw.ts'
import { type Scene, type Trial, usualTrial } from './trial.ts'

const LEAST_COMMITS = 20
const MOST_COMMITS = 80
const MOST_WORKERS = 3
const FETCHED = [1, 10, 100, 1_000]

export function disturbedTrials(
  { seeds, records }: Scene,
  by: 'crashes' | 'faults',
): readonly Trial[] {
  return Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1
    const draw = createDraw(seed, by)
    const commits = draw.int(LEAST_COMMITS, MOST_COMMITS)
    const workers = draw.int(1, MOST_WORKERS)
    return {
      ...usualTrial,
      label: `seed ${seed}`,
      commit: { ...usualTrial.commit, records: Math.max(1, Math.floor(records / commits)) },
      fetchRecords: draw.pick(FETCHED.filter((each) => each * MOST_COMMITS <= records + 1_000)),
      workers,
      disturbed: { seed, by },
    }
  })
}
