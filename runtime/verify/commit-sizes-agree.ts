// How many records go into a commit, and how many are fetched at once, makes no difference.
import { type Check, usualTrial } from './trial.ts'

const SIZES = [1, 7, 1_000, 10_000]

export const commitSizesAgree: Check = {
  name: 'commit-sizes-agree',
  trials: () =>
    SIZES.map((records) => ({
      ...usualTrial,
      label:
        records === 1 ? '1 record a commit' : `${records.toLocaleString('en')} records a commit`,
      commit: { ...usualTrial.commit, records },
      fetchRecords: records,
    })),
}
