// What goes into and comes out of a run over history, as plain data.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Digest } from '../../schemas/digest.ts'
import type { Value } from '../../schemas/type.ts'
import type { FateKind } from '../../topology/declaration.ts'

/** One item of an input topic, in the order of its file or log. */
export type HistoryItem =
  | InputItem
  /** All state is saved and loaded here; changes nothing, or the run is wrong. */
  | { readonly kind: 'crash' }

export interface OutputRecord {
  readonly key: string
  readonly value: Value
  readonly time: number
  readonly available: number
}

export interface DeadLetter {
  /** The step that could not take it, or the topic that it could not be read from. */
  readonly step: string
  readonly fate: FateKind
  readonly reason: string
  readonly stream: string
  readonly key: string | undefined
  readonly time: number | undefined
  readonly available: number | undefined
  /** Where the input record stands from which it came. */
  readonly place: string
  /** The value that the step was given; undefined where it could not be decoded. */
  readonly value: Value | null | undefined
  /** The bytes as they were read, where they could not be decoded. */
  readonly original: string | undefined
}

/** Counts of what did not pass, by step (or input topic). */
export interface StepCounts {
  records: number
  emitted: number
  readonly fates: Record<FateKind, number>
  /** Held back by design, by reason: warm-up, nothing to look up yet, filtered. */
  readonly held: Map<string, number>
}

export interface RunResult {
  /**
   * Outputs by stream id: every topic that a step writes, and the captured steps. Sorted by
   * (available, key, sequence).
   */
  readonly outputs: ReadonlyMap<string, readonly OutputRecord[]>
  /** Digests of the topics that a step writes, by local name. */
  readonly digests: ReadonlyMap<string, Digest>
  readonly deadLetters: readonly DeadLetter[]
  readonly steps: ReadonlyMap<string, StepCounts>
  /** Records read, by input topic. */
  readonly inputs: ReadonlyMap<string, number>
  /** Records left out because they lie outside the range of the run, by input topic. */
  readonly outside: ReadonlyMap<string, number>
  /**
   * What can be seen in the stores at the end: by step id, store name, and partition and key as
   * `atPartition` writes them; the key is `["BTC","order-1"]` where entries have places below
   * theirs. Of an entry that is kept for a time also when it was edited. Every store of every step
   * is there, be it empty.
   */
  readonly state: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, object>>>
  /**
   * When timers that have not fired are due: by step id, and partition and key as `atPartition`
   * writes them. Steps that have none are left out.
   */
  readonly timers: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/** A key of one task's state: `3 BTC` is the key `BTC` in partition 3. */
export function atPartition(partition: number, key: string): string {
  return `${partition} ${key}`
}
