// The log port: all that the engine asks of a log. Topics are partitions of records in order, and a
// transaction is one call: all that it writes, or nothing. Reads see committed records only. The
// world's faults are EngineErrors with the codes of `LogFault`; connectors/contract/ holds what
// each driver must pass.
import type { RecordBatch } from './record-batch.ts'

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** `latest`: compacted, the last record of every key stays. */
  readonly keeps: 'all' | 'latest'
  /** Microseconds that a record is kept after it was appended; undefined: for ever. */
  readonly retention?: number
  /** What its records are, for whoever reads or fills it without a topology. */
  readonly about?: TopicAbout
  /**
   * Whether the topology writes it: a registry must then accept its schema. Undefined: whoever
   * creates the topic does.
   */
  readonly isWritten?: boolean
}

/** As the topology declares it: see PlannedTopic. */
export interface TopicAbout {
  /** Avro schema as JSON. */
  readonly schema: unknown
  readonly key: readonly string[]
  readonly time?: string
  readonly available?: string
  readonly delay: number
  readonly unit?: 's' | 'ms' | 'us' | 'ns'
}

export interface PartitionId {
  readonly topic: string
  readonly partition: number
}

/** Where to read on: the offset of the next record wanted. */
export interface Position extends PartitionId {
  readonly offset: number
}

export interface Bounds extends PartitionId {
  /** The first record that is kept; equal to `stable` where there is none. */
  readonly first: number
  /** The last stable offset: everything below it is committed, aborted or a marker. */
  readonly stable: number
}

/** A batch as it stands in a partition. Rows before `from` lie before the position asked for. */
export interface StoredBatch {
  readonly batch: RecordBatch
  readonly from: number
  /** Offset of row 0; of row i it is `baseOffset + i`, unless `offsets` says otherwise. */
  readonly baseOffset: number
  /** Offsets by row, where the log has gaps between them. */
  readonly offsets: Float64Array | undefined
}

export interface Fetched extends PartitionId {
  /** Committed records in order; may be empty while `next` has moved over markers. */
  readonly batches: readonly StoredBatch[]
  /** The offset to ask for next. */
  readonly next: number
  /** The last stable offset when this was read; `next` has caught up when it is equal. */
  readonly stable: number
}

export interface FetchOptions {
  /** About how many records to give for each partition; at least one batch where there is one. */
  readonly maxRecords: number
  /** How long to wait while no partition has anything new; 0: not at all. */
  readonly waitMs: number
}

export interface Append extends PartitionId {
  readonly batch: RecordBatch
}

/** One entry of a table; null deletes it. */
export interface Put {
  readonly table: string
  readonly key: string
  readonly value: Uint8Array | null
}

export interface Writes {
  readonly appends: readonly Append[]
  /** Only on logs with tables. */
  readonly puts: readonly Put[]
  /** How far a group has read with this: for those who watch its lag, and for nobody else. */
  readonly read?: GroupPositions
}

export interface GroupPositions {
  readonly group: string
  readonly positions: readonly Position[]
}

/** The one writer under a name. Opening another with the same name fences this one. */
export interface Producer {
  readonly name: string
  /** Greater with every opening of the name. */
  readonly epoch: number
  /**
   * Writes all of it, or nothing. Calls follow each other: one is awaited before the next. Gives,
   * on a log without tables, the offset behind the last record of each append, in their order.
   * @throws EngineError `fenced`, `aborted` (nothing was written) or `outcome-unknown`.
   */
  readonly transact: (writes: Writes) => Promise<readonly number[]>
  readonly close: () => Promise<void>
}

/** State beside the topics, written in the same transactions. Reads see what is committed. */
export interface Tables {
  readonly get: (table: string, key: string) => Uint8Array | undefined
  /**
   * Entries whose key begins with `prefix`, in the order of their keys' UTF-8 bytes; with `from`,
   * those that do not stand before it.
   */
  readonly entries: (
    table: string,
    prefix: string,
    from?: string,
  ) => Iterable<readonly [string, Uint8Array]>
}

/** Which slots this member owns. It changes at a rebalance, and then `generation` is greater. */
export interface Assignment {
  readonly generation: number
  readonly slots: readonly number[]
  /** By slot, of all members: where its owner answers queries; undefined where it is unknown. */
  readonly endpoints?: readonly (string | undefined)[]
}

/** What a member tells the others of its group. */
export interface MemberAbout {
  /** What all members of a group must agree on: the shape hash of what they run. */
  readonly shape: string
  /** Where it answers queries: `http://127.0.0.1:8080`. */
  readonly endpoint?: string
}

export interface Membership {
  /** Also tells the group that this member lives. */
  readonly poll: () => Promise<Assignment>
  readonly leave: () => Promise<void>
}

export interface Log {
  /** As the user names it: `memory`, `embedded:DIR`. */
  readonly name: string
  /**
   * Makes the topics that are not there, and notes `about` where none was known.
   * @throws EngineError `topic-differs` if one has other partitions, or another schema.
   */
  readonly createTopics: (specs: readonly TopicSpec[]) => Promise<void>
  /** All topics, by name. */
  readonly topics: () => Promise<ReadonlyMap<string, TopicSpec>>
  readonly deleteTopic: (topic: string) => Promise<void>
  /** @throws EngineError `topic-missing`. */
  readonly bounds: (partitions: readonly PartitionId[]) => Promise<readonly Bounds[]>
  /**
   * Committed records from each position on, in the order of `positions`.
   * @throws EngineError `topic-missing`, or `offset-gone` if records were deleted before they were
   * read.
   */
  readonly fetch: (
    positions: readonly Position[],
    options: FetchOptions,
  ) => Promise<readonly Fetched[]>
  /** Deletes what lies before the position; at least as much as is whole chunks. */
  readonly deleteBefore: (positions: readonly Position[]) => Promise<void>
  /**
   * Fences whoever held the name, and settles what it left open: when this returns, nothing of an
   * earlier holder can still be committed.
   */
  readonly producer: (name: string) => Promise<Producer>
  /**
   * Joins a group that shares `slots` slots. On a log that several processes write, `poll` throws
   * EngineError `group-differs` where the others run another shape.
   */
  readonly join: (group: string, slots: number, about?: MemberAbout) => Promise<Membership>
  /** Undefined: the engine writes changelogs instead. */
  readonly tables: Tables | undefined
  readonly close: () => Promise<void>
}

/** Codes of the EngineErrors that a driver throws. Only `retryable` ones are tried again. */
export type LogFault =
  /** Another producer has taken the name; this one can do nothing more. */
  | 'fenced'
  /** The transaction was not committed, and nothing of it will be. */
  | 'aborted'
  /** The transaction was committed or not: open the producer anew, then look. */
  | 'outcome-unknown'
  | 'topic-missing'
  | 'topic-differs'
  /** Other members of the group run something else. */
  | 'group-differs'
  /** A record, or what a transaction writes at once, is more than the log takes. */
  | 'too-large'
  /** Records of a registered schema, and nobody said which registry. */
  | 'no-registry'
  /** Who logs in is not known, or may not do that. */
  | 'not-allowed'
  /** Retention has deleted what was asked for. */
  | 'offset-gone'
  /** Another process writes to this log. */
  | 'log-in-use'
  | 'log-damaged'
  /** The log cannot be reached, or is slow; retryable. */
  | 'log-unavailable'
