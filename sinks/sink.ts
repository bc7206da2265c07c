// The sink contract: what makes something outside equal to a committed topic. A sink is handed
// committed records, batch by batch and partition by partition, by runtime/sink; it never sees an
// aborted one. What it writes and how far it has come are durable together, in the outside itself,
// so that a kill at any instant leaves a table that the next process brings to what it should be.
import type { RecordType, Value } from '../schemas/type.ts'
import type { ConfigOf, Spec } from '../topology/config.ts'
import { text } from '../topology/config.ts'
import type { SinkSignature } from '../topology/signature.ts'

/** Microseconds since 1970. */
export type Micros = number

/** The topic that a sink reads. */
export interface SinkTopic {
  /** As the log knows it. */
  readonly topic: string
  /** What the topology calls it. */
  readonly name: string
  readonly record: RecordType
  /** Fields of its key; empty: one key for all. */
  readonly key: readonly string[]
  /** The field that holds event time; undefined: it stands beside the value. */
  readonly time: string | undefined
  readonly partitions: number
  /** Its records are the state of their keys, and a null value deletes one. */
  readonly isTable: boolean
}

export interface SinkRecord {
  readonly offset: number
  /** Canonical text, see schemas/key.ts. */
  readonly key: string
  /** Null: the key is deleted. Only of a table. Not to be changed. */
  readonly value: Value | null
  /** Event time, and when it was available. */
  readonly time: Micros
  readonly available: Micros
}

/** Records of one partition, in order, without gaps but for what the log never held. */
export interface SinkBatch {
  readonly partition: number
  /** Equal to the `next` of the batch before it, or to the position that was claimed. */
  readonly from: number
  /** The offset of the first record behind it. */
  readonly next: number
  /** May be empty: `next` has passed markers only. */
  readonly records: readonly SinkRecord[]
}

/** A record that the outside can never take, and why, in words without its values. */
export interface Refusal {
  readonly record: SinkRecord
  /** `column "price" takes no infinity`. */
  readonly reason: string
}

/** One partition of the topic as its one writer holds it. Calls follow each other. */
export interface SinkPartition {
  /** The offset of the first record that is not outside; undefined: nothing ever was. */
  readonly position: number | undefined
  /**
   * Without refusals: the outside holds the batch, and the position is `batch.next`, both as
   * durable as the outside makes anything.
   *
   * With refusals, which are all that it finds in the batch: the position has NOT moved. They meet
   * their fates first (a dead letter must be on the log before the position passes its record), and
   * then the same batch is written without them: the same `from`, and the same `next` or, where the
   * fate is `fail`, that of the first refused record. Rows may be outside by then only where the
   * second write makes them no more than one each.
   *
   * After it has thrown, rows and position may hold, whole or in part: the partition is claimed
   * anew, and the position then read decides. An empty batch only moves the position.
   * @throws EngineError with a code of `SinkFault`.
   */
  readonly write: (batch: SinkBatch) => Promise<readonly Refusal[]>
}

/** What the outside holds of the topic, to be compared with it. */
export interface SinkCount {
  readonly rows: number
  /** Rows of earlier event times were deleted by age, and are not counted. */
  readonly since: Micros | undefined
}

/** How a sink wants its batches. A batch ends at whichever comes first. */
export interface BatchWish {
  readonly records?: number
  /** About what its records take on the log. */
  readonly bytes?: number
  /** How long a record waits for others while nothing else holds it up. */
  readonly lingerMs?: number
}

export interface Sink {
  /** What is left out, runtime/sink decides: some thousand records, some milliseconds. */
  readonly batches?: BatchWish
  /**
   * Fields that tell two rows apart; undefined: every record is a row of its own. With fields the
   * last record of each of their contents is the row.
   */
  readonly identity: readonly string[] | undefined
  /** Takes the partition over: whoever held it can write nothing from then on. */
  readonly claim: (partition: number) => Promise<SinkPartition>
  /**
   * Where each partition stands that was ever written, by its number: what `claim` would give as
   * its position. It claims nothing, so that whoever asks disturbs nobody.
   * @throws EngineError with a code of `SinkFault`.
   */
  readonly positions: () => Promise<ReadonlyMap<number, number>>
  /** Counts all partitions; undefined where rows go by themselves, so that a count says nothing. */
  readonly count: () => Promise<SinkCount | undefined>
  /** Ends its connections. What was handed to `write` and is not settled may be lost or not. */
  readonly close: () => Promise<void>
}

/** Codes of the EngineErrors that sinks throw. */
export type SinkFault =
  /** It cannot be reached, or is busy, or broke off; retryable. */
  | 'sink-unavailable'
  /** Another process writes this partition. */
  | 'sink-fenced'
  /** Who logs in is not known, or may not do that. */
  | 'sink-not-allowed'
  /** What is there does not fit the topic: names table and column, and says the repair. */
  | 'sink-differs'
  /** It refuses for a reason that no retry and no other record will mend. */
  | 'sink-refused'

export interface SinkClock {
  /** Microseconds since 1970. */
  readonly present: () => Micros
  /** Milliseconds from some fixed moment, for waiting. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

export interface SinkOptions<C, S> {
  readonly topology: string
  /** What the topology calls the sink. With topology and topic it names positions outside. */
  readonly name: string
  readonly topic: SinkTopic
  readonly config: C
  /** Of its connection, as the environment says; secrets are in here, and in no error. */
  readonly settings: S
  readonly clock: SinkClock
}

/** One setting of a connection, in the environment. */
export interface Setting {
  /** `secret`: written `{ secret: NAME }`. `path`: relative to the environment's file. */
  readonly kind: keyof SettingTypes
  readonly summary: string
  /** May be left out; it is then `default`, or undefined. */
  readonly optional?: true
  readonly default?: string | number | boolean
  /** Of a `url`: those that it may have, such as `['https', 'http']`. */
  readonly schemes?: readonly string[]
}

interface SettingTypes {
  readonly text: string
  /** Without user, password and a slash at its end. */
  readonly url: string
  readonly secret: string
  readonly number: number
  /** Microseconds. */
  readonly duration: number
  readonly boolean: boolean
  readonly path: string
}

export type Settings = Readonly<Record<string, Setting>>

/** What the settings read as. */
export type SettingsOf<S extends Settings> = {
  readonly [K in keyof S]: SettingTypes[S[K]['kind']] | MissingOf<S[K]>
}

type MissingOf<S extends Setting> = S extends { readonly default: unknown }
  ? never
  : S extends { readonly optional: true }
    ? undefined
    : never

export interface SinkKind<
  C extends Spec = Spec,
  S extends Settings = Settings,
> extends SinkSignature<C> {
  readonly settings: S
  /**
   * Connects, and makes or evolves what it writes to. Any number of processes may do so at once.
   * @throws EngineError with a code of `SinkFault`.
   */
  readonly open: (options: SinkOptions<ConfigOf<C>, SettingsOf<S>>) => Promise<Sink>
}

/** Defines a kind; exists so that TypeScript infers config and settings from their specs. */
export function sinkKind<C extends Spec, const S extends Settings>(
  definition: SinkKind<C, S>,
): SinkKind<C, S> {
  return definition
}

/** What the config of every sink begins with. */
export const connection = text({
  summary: 'The connection that the environment names; if not stated, the one of the sink’s name.',
  optional: true,
})
