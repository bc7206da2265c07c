// A worker that dies at any point of a commit, and another that takes its place, leave no trace.
import { disturbedTrials } from './disturbed-trials.ts'
import type { Check } from './trial.ts'

export const crashesLeaveNoTrace: Check = {
  name: 'crashes-leave-no-trace',
  trials: (scene) => disturbedTrials(scene, 'crashes'),
}
