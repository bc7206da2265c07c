// A plan is what a runtime executes: steps in order with read configs and types, cut into
// sub-topologies. It is plain readonly data, made by `make-plan.ts` from a checked graph, and knows
// no operator's code.
import type { RecordType } from '../schemas/type.ts'
import type { Fate, Fates } from './declaration.ts'
import type { ParameterValue } from './expression/expression.ts'
import type { StepType, StreamType } from './signature.ts'

export interface Plan {
  readonly topology: string
  /** Digest of what state depends on: processes with equal shapes may run together. Hex. */
  readonly shapeHash: string
  /** Digest of everything: parameters, calendars, models. Hex. */
  readonly fullHash: string
  readonly topics: ReadonlyMap<string, PlannedTopic>
  /** What brings the world in, by name; only a live run opens them. */
  readonly sources: readonly PlannedSource[]
  /** What topics go out to, by name; only `run` opens them. */
  readonly sinks: readonly PlannedSink[]
  /** Every step, in topological order, ties by id. */
  readonly steps: readonly PlannedStep[]
  /** In topological order: a sub-topology comes after those that feed it. */
  readonly subTopologies: readonly SubTopology[]
  /** What happens to records that cannot be read; a step has its own. */
  readonly fates: Fates
  /** Parameters with their types, as set. */
  readonly parameters: ReadonlyMap<string, ParameterValue>
}

/** A source without what the environment says of its connection. */
export interface PlannedSource {
  readonly name: string
  readonly connection: string
  /** Undefined: whichever the environment gives the connection. */
  readonly connector: string | undefined
  /** Outputs of the connector, by name, and the local names of the topics that they fill. */
  readonly topics: ReadonlyMap<string, string>
}

/** A sink without what the environment says of its connection. */
export interface PlannedSink {
  readonly name: string
  /** The word of its kind: `postgres`. */
  readonly kind: string
  readonly connection: string
  /** Local name of the topic that it reads. */
  readonly topic: string
  /** Read by the kind's spec. */
  readonly config: unknown
  /** What becomes of a record that the outside never takes. */
  readonly bad: Fate
  /**
   * How long the outside may be away, in microseconds, and what ends then: the run, or this sink
   * alone. Undefined: it is tried for ever.
   */
  readonly away: { readonly after: number; readonly ends: 'run' | 'sink' } | undefined
}

export interface PlannedTopic {
  /** Local name. */
  readonly name: string
  readonly topic: string
  /** Avro schema as JSON, and what it means. */
  readonly schema: unknown
  readonly record: RecordType
  readonly key: readonly string[]
  readonly time: string | undefined
  readonly available: string | undefined
  /** Microseconds added to event time where no field says when it was available. */
  readonly delay: number
  readonly lateness: number
  /**
   * Place in the merge order, 0 first: explicit ranks, then by name. Distinct for every stream that
   * is merged.
   */
  readonly rank: number
  readonly partitions: number
  readonly table: 'latest' | 'history' | undefined
  readonly copies: 'all' | undefined
  /** Unit of a `time` or `available` field that is a plain long. */
  readonly unit: 's' | 'ms' | 'us' | 'ns' | undefined
  /** How long a live run waits for a silent partition; microseconds, undefined if not stated. */
  readonly idle: number | undefined
  /** How long its records are kept; microseconds, undefined if not stated. */
  readonly retention: number | undefined
  /** Whether no step writes it: the world does. */
  readonly isInput: boolean
}

/**
 * An edge into a step. `local` edges stay inside a task. `repartition` edges go over an internal
 * topic by the new key, `broadcast` edges to every task. `topic` edges read a topic from the log,
 * an input or one that a step writes.
 */
export interface PlannedInput {
  /** `main`, an alias of `from`, or the stream's id as the config names it. */
  readonly name: string
  /** `from` drives a step; a stream named in its config is looked up. */
  readonly role: 'drives' | 'looked-up'
  /** Id of the stream: `trades`, `clean`, `filled.fills`. */
  readonly stream: string
  readonly via: 'local' | 'repartition' | 'broadcast' | 'topic'
  /**
   * Whether it closes a cycle: what comes along it waits in the task's queue until the cascade in
   * hand has ended. Always `looked-up` and `local`; its writer comes at or after its reader.
   */
  readonly feedback: boolean
  readonly type: StreamType
}

export interface PlannedStep {
  readonly id: string
  readonly operator: string
  /** Read by the operator's spec. */
  readonly config: unknown
  readonly inputs: readonly PlannedInput[]
  /** The driving stream, as the operator saw it when it inferred its type. */
  readonly input: StreamType
  readonly type: StepType
  /** Per output: key fields after `key:`, or broadcast, and the topic it is written to. */
  readonly outputs: ReadonlyMap<string, PlannedOutput>
  readonly fates: Fates
  /** Identity of its state: step id, state schema and the config that shapes it. Hex. */
  readonly stateHash: string
}

export interface PlannedOutput {
  readonly key: readonly string[]
  readonly broadcast: boolean
  /** Local name of the topic it is projected to, if any. */
  readonly topic: string | undefined
}

/** Steps that run in one task per partition. */
export interface SubTopology {
  /** Number in topological order; tasks print as `0_3`. */
  readonly id: number
  readonly partitions: number
  /** Step ids in topological order. */
  readonly steps: readonly string[]
  /** What it merges, in merge order. */
  readonly channels: readonly PlannedChannel[]
}

export interface PlannedChannel {
  /** A topic's local name, or the id of a stream that is repartitioned or broadcast. */
  readonly stream: string
  readonly via: 'topic' | 'repartition' | 'broadcast'
  readonly rank: number
  /** Partitions of the stream; equal to the sub-topology's unless every task reads all of them. */
  readonly partitions: number
  /** Whether every task reads all partitions: broadcast streams and tables with `copies: all`. */
  readonly everyTask: boolean
}
