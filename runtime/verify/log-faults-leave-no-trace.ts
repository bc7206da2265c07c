// A transaction that the log aborts, or of which it cannot say what became of it, leaves no trace.
import { disturbedTrials } from './disturbed-trials.ts'
import type { Check } from './trial.ts'

export const logFaultsLeaveNoTrace: Check = {
  name: 'log-faults-leave-no-trace',
  trials: (scene) => disturbedTrials(scene, 'faults'),
}
