// What the API answers, as far as the page reads it; docs/query.md and /api describe all of it.
// Times are microseconds since 1970.

export interface Caller {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'trader'
  readonly isReadOnly: boolean
}

export interface Field {
  readonly name: string
  readonly type: string
}

export interface Topic {
  readonly name: string
  readonly role: 'input' | 'output'
  readonly topic: string
  readonly schema: string
  readonly fields: readonly Field[]
  readonly key: readonly string[]
  /** The field of the event time; left out where a step writes the topic. */
  readonly time?: string
  readonly partitions: number
  readonly lateness: number
  readonly table?: string
  readonly copies?: string
}

export interface ConfigLine {
  readonly name: string
  readonly text: string
}

export interface Step {
  readonly id: string
  readonly operator: string
  readonly config: readonly ConfigLine[]
  readonly inputs: readonly {
    readonly name: string
    readonly role: 'drives' | 'looked-up'
    readonly stream: string
    readonly via: 'local' | 'repartition' | 'broadcast' | 'topic'
    readonly feedback: boolean
    readonly key: readonly string[]
  }[]
  readonly outputs: readonly {
    readonly output: string
    readonly topic?: string
    readonly key: readonly string[]
    readonly fields: readonly Field[]
  }[]
  readonly stores: readonly {
    readonly store: string
    readonly key: readonly string[]
    readonly fields: readonly Field[]
  }[]
  readonly lookback: number
  readonly fates: Readonly<Record<string, string>>
}

export interface Sink {
  readonly name: string
  readonly kind: string
  readonly connection: string
  readonly topic: string
  readonly bad: string
  readonly config: readonly ConfigLine[]
}

export interface Topology {
  readonly topology: string
  readonly shapeHash: string
  readonly fullHash: string
  readonly parameters: Readonly<
    Record<string, { readonly type: string; readonly value: unknown; readonly per?: Per }>
  >
  readonly sources: readonly {
    readonly name: string
    readonly connection: string
    readonly fills: readonly { readonly topic: string; readonly output: string }[]
  }[]
  readonly topics: readonly Topic[]
  readonly subTopologies: readonly {
    readonly id: number
    readonly partitions: number
    readonly steps: readonly Step[]
  }[]
  readonly sinks: readonly Sink[]
}

interface Per {
  readonly field: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface Commits {
  readonly perSecond: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

export interface StepStatus {
  readonly step: string
  readonly recordsPerSecond: number
  readonly emittedPerSecond: number
  readonly records: number
  readonly emitted: number
  readonly fates: Readonly<Record<string, number>>
  readonly held: Readonly<Record<string, number>>
}

export interface TopicStatus {
  readonly name: string
  readonly recordsPerSecond: number
  readonly records: number
  readonly bad: number
  readonly lagRecords: number | null
}

export interface SinkStatus {
  readonly sink: string
  readonly state: string
  readonly failure: { readonly message: string } | null
  readonly partitions: readonly { readonly lagRecords: number | null }[]
}

export interface Status {
  /** What rates are of; 0: nothing runs here. */
  readonly seconds: number
  readonly commits: Commits
  readonly slots: readonly {
    readonly slot: number
    readonly state: string
    readonly failure: { readonly code: string; readonly message: string } | null
    readonly commits: Commits
  }[]
  readonly tasks: readonly {
    readonly task: string
    readonly slot: number
    readonly clock: number | null
    readonly lagSeconds: number | null
    readonly waiting: number
    readonly waitsFor: string | null
    readonly hasFinished: boolean
  }[]
  readonly sinks: readonly SinkStatus[]
  readonly steps: readonly StepStatus[]
  readonly topics: readonly TopicStatus[]
}

export interface Store {
  readonly step: string
  readonly store: string
  readonly kind: 'value' | 'map' | 'window'
  readonly key: readonly Field[]
  readonly keepSeconds: number | null
  readonly tasks: readonly string[]
}

export interface Entry {
  readonly key: unknown
  readonly at?: string | number
  readonly value: Readonly<Record<string, unknown>>
}

export interface Part {
  readonly task: string
  readonly epoch: number
  readonly commit: number
  readonly streamTime: number | null
  readonly staleness: { readonly lagRecords: number | null; readonly lagSeconds: number | null }
}

export interface Letter {
  readonly number: string
  readonly step: string
  readonly fate: string
  readonly reason: string
  readonly stream: string
  readonly key: string | null
  readonly time: number | null
  readonly place: string
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: number | null
  readonly sent: boolean
}

export interface Latches {
  readonly gates: readonly {
    readonly step: string
    readonly commands: readonly {
      readonly account: string
      readonly symbol: string | null
      readonly isHalted: boolean
    }[]
    readonly accounts: readonly {
      readonly account: string
      readonly equity: string | null
      readonly drawdown: number | null
      readonly isLatched: boolean
      readonly pausedUntil: number | null
    }[]
  }[]
}

/** One record of a channel. */
export interface Update {
  readonly position: string
  readonly key: unknown
  readonly time: number
  readonly value: Readonly<Record<string, unknown>> | null
  readonly skipped?: number
}
