// The operator contract: the signature of topology/signature.ts and the step that does the work.
//
// A step is synchronous and touches its stores, its record and what it emits: no clock but
// `turn.now`, no randomness, no I/O. To throw is to fail: stores are as before the record. To
// reject is to decide: what it did to them stays. Either way the record meets its fate.
import type { Value } from '../schemas/type.ts'
import type { ConfigOf, Spec } from '../topology/config.ts'
import type { Signature, StepType, StreamType } from '../topology/signature.ts'

/** Microseconds since 1970. */
export type Micros = number

/** A record as a step sees it. */
export interface StepRecord {
  /** Canonical key text, see schemas/key.ts. */
  readonly key: string
  /** Null deletes the key, on streams that are tables. */
  readonly value: Value | null
  /** Event time. */
  readonly time: Micros
}

/** Entries of one store. The task owns them; a step reaches the entries of its own stores only. */
export interface Store<E extends object> {
  readonly get: (key: string) => Readonly<E> | undefined
  /** The entry for changing in place; `start` makes it where there is none. */
  readonly edit: (key: string, start: () => E) => E
  readonly delete: (key: string) => void
}

/** What a step may do while it handles one record or timer. */
export interface Turn {
  /** The task's clock: when what is known now could be known. */
  readonly now: Micros
  /**
   * Sends a record on; `time` defaults to the time of the record in hand, and is required in a
   * timer.
   */
  readonly emit: (
    value: Value,
    options?: { readonly time?: Micros; readonly output?: string },
  ) => void
  /**
   * Gives the record in hand a fate: `late`, `duplicate`, or `bad` with a reason in words. What
   * the turn emits and holds is dropped; what it does to its stores, and its timer, stays.
   */
  readonly reject: (fate: 'bad' | 'late' | 'duplicate', reason: string) => void
  /**
   * Counts a record that is held back by design (warm-up, nothing to look up yet), so that none
   * goes in silence.
   */
  readonly hold: (reason: string) => void
  /**
   * Calls `onTimer` for `key` when the task's clock passes `at`. One timer per key: a later call
   * moves it.
   */
  readonly wakeAt: (key: string, at: Micros) => void
}

/** Validates, then changes state, then emits, so that what throws has changed nothing yet. */
export interface Step {
  /**
   * `input` is `main` for the driving stream, else the stream's id as the config names it. A value
   * is null only where the stream is looked up.
   */
  readonly onRecord: (record: StepRecord, turn: Turn, input: string) => void
  readonly onTimer?: (key: string, at: Micros, turn: Turn) => void
}

/** What a step is made from: once per task. */
export interface Binding<C> {
  readonly id: string
  readonly config: C
  readonly input: StreamType
  readonly streams: ReadonlyMap<string, StreamType>
  readonly type: StepType
  /** The store declared under this name in the step's type. */
  readonly store: <E extends object>(name: string) => Store<E>
}

export interface Operator<S extends Spec = Spec> extends Signature<S> {
  readonly step: (binding: Binding<ConfigOf<S>>) => Step
}

/** Defines an operator; exists so that TypeScript infers the config's type from its spec. */
export function operator<S extends Spec>(definition: Operator<S>): Operator<S> {
  return definition
}
