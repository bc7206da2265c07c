// How much time passes between commits makes no difference.
import { type Check, usualTrial } from './trial.ts'

/** Of a clock that goes on by a millisecond whenever it is looked at. */
const INTERVALS_MS = [1, 3, 50]
/** Fetches that divide nothing evenly. */
const FETCHED = 97

export const commitIntervalsAgree: Check = {
  name: 'commit-intervals-agree',
  trials: () =>
    INTERVALS_MS.map((everyMs) => ({
      ...usualTrial,
      label: `a commit every ${everyMs} ms`,
      commit: { ...usualTrial.commit, everyMs },
      fetchRecords: FETCHED,
    })),
}
