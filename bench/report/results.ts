// The committed results that docs/benchmarks.md is made from: bench/results/*.json.
import type { IdleFigure } from '../kafka/idle.ts'
import type { LatencyFigure } from '../kafka/latency.ts'
import type { ThroughputFigure } from '../kafka/throughput.ts'
import type { Spread } from '../measure/spread.ts'
import type { Taken } from '../measure/taken.ts'

/** `npm run bench:kafka`: a figure for each run. */
export interface KafkaResults {
  readonly taken: Omit<Taken, 'load'>
  readonly throughput: readonly ThroughputFigure[]
  readonly latency: readonly LatencyFigure[]
  readonly restore: {
    readonly entries: number
    readonly perCpuSecond: Spread
    readonly perSecond: Spread
  }
  readonly idle: readonly IdleFigure[]
}

/** Cost at one point of an axis. */
export interface ScaleFigure {
  readonly axis: 'records' | 'keys' | 'partitions' | 'steps' | 'commit'
  readonly at: number
  readonly records: number
  /** CPU microseconds a record. */
  readonly micros: Spread
  readonly megabytes: number
  /** Cores that others used meanwhile. */
  readonly others: Spread
}

export interface ScaleResults {
  readonly taken: Taken
  readonly figures: readonly ScaleFigure[]
}

/** Ratios that `npm run bench:check` holds: ours of the other's in the same run, less is better. */
export interface RatioResults {
  readonly taken: Taken
  readonly ratios: Readonly<Record<string, number>>
}
