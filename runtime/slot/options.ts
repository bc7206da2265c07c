// What a slot needs of the process that runs it.
import type { Log } from '../../connectors/connector.ts'
import type { Operator } from '../../operators/operator.ts'
import type { Ends } from '../ends.ts'
import type { Layout } from '../layout.ts'
import type { Pace } from '../pace.ts'
import type { Report } from '../report.ts'
import type { LocalState } from '../state/local-state.ts'

export interface SlotOptions {
  readonly layout: Layout
  readonly operators: ReadonlyMap<string, Operator>
  readonly log: Log
  readonly pace: Pace
  readonly commit: CommitPace
  /** Commits between two rounds of deleting what was read between tasks; some, if not stated. */
  readonly deleteEvery?: number
  /** About how many records to fetch of a partition at once. */
  readonly fetchRecords: number
  /** Where to stop; undefined: never. */
  readonly ends: Ends | undefined
  /** Bytes of entries that each store may keep in memory, where they can be read again. */
  readonly storeBytes: number
  readonly report: Report
  /** Copies of state on the disk; undefined: state is in memory, on a log without tables. */
  readonly local?: LocalState | undefined
}

/** A commit is due after so many milliseconds or records, whichever comes first. */
export interface CommitPace {
  readonly everyMs: number
  readonly records: number
}
