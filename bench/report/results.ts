// The committed results that docs/benchmarks.md is made from: bench/results/*.json.
import type { IdleFigure } from '../kafka/idle.ts'
import type { ThroughputFigure } from '../kafka/throughput.ts'
import type { Spread } from '../measure/spread.ts'
import type { Taken } from '../measure/taken.ts'

interface Results<Figure> {
  readonly taken: Taken
  readonly figures: readonly Figure[]
}

/** One run each. */
export type KafkaThroughput = Results<ThroughputFigure>

export interface KafkaLatency {
  readonly contender: string
  readonly runs: number
  /** Milliseconds. */
  readonly p50: Spread
  readonly p95: Spread
  readonly p99: Spread
  readonly max: Spread
  readonly cores: Spread
  readonly missing: number
}

export interface KafkaRest {
  readonly taken: Taken
  readonly latency: readonly KafkaLatency[]
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

export type ScaleResults = Results<ScaleFigure>

/** A ratio that `npm run bench:check` holds: above one and a half of it is a loss. */
export interface Ratio {
  readonly name: string
  /** Ours of the other's in the same run; less is better. */
  readonly is: number
}

export type RatioResults = Results<Ratio>
