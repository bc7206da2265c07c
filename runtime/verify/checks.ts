// All checks, in the order in which a difference is easiest to understand.
import { availabilityHolds } from './availability-holds.ts'
import { commitIntervalsAgree } from './commit-intervals-agree.ts'
import { commitSizesAgree } from './commit-sizes-agree.ts'
import { crashesLeaveNoTrace } from './crashes-leave-no-trace.ts'
import { engineAgrees } from './engine-agrees.ts'
import { logFaultsLeaveNoTrace } from './log-faults-leave-no-trace.ts'
import { prefixesStay } from './prefixes-stay.ts'
import type { Check } from './trial.ts'
import { wallClocksAgree } from './wall-clocks-agree.ts'
import { workerCountsAgree } from './worker-counts-agree.ts'

export const checks: readonly Check[] = [
  engineAgrees,
  prefixesStay,
  availabilityHolds,
  commitSizesAgree,
  commitIntervalsAgree,
  workerCountsAgree,
  crashesLeaveNoTrace,
  logFaultsLeaveNoTrace,
  wallClocksAgree,
]
