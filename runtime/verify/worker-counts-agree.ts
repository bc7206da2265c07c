// How many workers share the slots makes no difference.
import { makeLayout } from '../layout.ts'
import { type Check, usualTrial } from './trial.ts'

const MOST_WORKERS = 4
const LEAST_COMMITS = 20
const FETCHED = 100

export const workerCountsAgree: Check = {
  name: 'worker-counts-agree',
  // With more workers than slots the rest only wait; two of them show that waiting does no harm.
  trials: ({ plan, records }) => {
    const most = Math.max(2, Math.min(MOST_WORKERS, makeLayout(plan).slots))
    return Array.from({ length: most - 1 }, (_, index) => ({
      ...usualTrial,
      label: `${index + 2} workers`,
      commit: { ...usualTrial.commit, records: Math.ceil(records / LEAST_COMMITS) + 1 },
      fetchRecords: FETCHED,
      workers: index + 2,
    }))
  },
}
