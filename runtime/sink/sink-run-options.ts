// What a sink needs of the process that runs it, and the standing that its parts share.
import type { Log } from '../../connectors/connector.ts'
import type { SinkClock, SinkKind } from '../../sinks/sink.ts'
import type { PlannedSink, PlannedTopic } from '../../topology/plan.ts'
import type { Layout } from '../layout.ts'
import type { Report } from '../report.ts'
import type { Away } from './away.ts'

/** A sink with the settings of its connection, not opened yet. */
export interface ReadySink {
  readonly planned: PlannedSink
  readonly kind: SinkKind
  /** Read by the kind's settings. */
  readonly settings: unknown
}

export interface SinkRunOptions extends ReadySink {
  readonly layout: Layout
  /** Whoever joins a group by it owns what it gives; fetches wait, so others use another handle. */
  readonly log: Log
  readonly clock: SinkClock
  readonly report: Report
}

/** How far a sink is to go: it changes while it runs. */
export interface Course {
  /** Where the partition is to end; undefined: nowhere yet. */
  readonly end: (partition: number) => number | undefined
  /** What fails is not tried again. */
  readonly givesUp: () => boolean
  /** Nothing is begun any more. */
  readonly isStopping: () => boolean
  /** Returns after so many milliseconds, or soon after any of these has changed. */
  readonly pause: (ms: number) => Promise<void>
}

/** What a loop over one partition works with. */
export interface PartitionOptions extends SinkRunOptions {
  readonly topic: PlannedTopic
  readonly partition: number
  readonly course: Course
  readonly away: Away
}
