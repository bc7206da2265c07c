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

/**
 * One entry per key. The task owns them; a step reaches the entries of its own stores only, and
 * asks for one anew in every turn.
 *
 * With `keep`, an entry that was edited at clock c is there until the task's clock has passed
 * c + keep, and never again.
 */
export interface Store<E extends object> {
  readonly get: (key: string) => Readonly<E> | undefined
  /** The entry for changing in place; `start` makes it where there is none. */
  readonly edit: (key: string, start: () => E) => E
  readonly delete: (key: string) => void
}

/** Entries of one store under a key and a place below it, each committed for itself. */
export interface PlacedStore<At extends string | number, E extends object> {
  readonly get: (key: string, at: At) => Readonly<E> | undefined
  /** The entry for changing in place; `start` makes it where there is none. */
  readonly edit: (key: string, at: At, start: () => E) => E
  readonly delete: (key: string, at: At) => void
  /**
   * Those of a key with from <= at < to, least first. Found as they are asked for, so none may be
   * made or deleted meanwhile: copy them first.
   */
  readonly entries: (key: string, from?: At, to?: At) => Iterable<readonly [At, Readonly<E>]>
}

/** By text, in the order of its code units. `keep` is as in a `Store`, for each entry. */
export type MapStore<E extends object> = PlacedStore<string, E>

/**
 * By safe integers: the start of a window, an event time, a price in ticks.
 *
 * With `keep`, whenever one is made, all that lie more than `keep` below the greatest of the key
 * are deleted, be it the one just made: a step that must not lose a record in silence looks at
 * `last` and rejects it as late. A key that has fallen silent keeps what it has.
 */
export interface WindowStore<E extends object> extends PlacedStore<number, E> {
  /** The greatest one of a key that is at most `atMost`. */
  readonly last: (key: string, atMost?: number) => readonly [number, Readonly<E>] | undefined
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
  /** The topology's name; with the step's id it names what is unique to the step. */
  readonly topology: string
  readonly id: string
  readonly config: C
  readonly input: StreamType
  readonly streams: ReadonlyMap<string, StreamType>
  readonly type: StepType
  /** The store declared under this name in the step's type, of kind `value`. */
  readonly store: <E extends object>(name: string) => Store<E>
  /** Of kind `map`. */
  readonly map: <E extends object>(name: string) => MapStore<E>
  /** Of kind `window`. */
  readonly window: <E extends object>(name: string) => WindowStore<E>
}

export interface Operator<S extends Spec = Spec> extends Signature<S> {
  readonly step: (binding: Binding<ConfigOf<S>>) => Step
}

/** Defines an operator; exists so that TypeScript infers the config's type from its spec. */
export function operator<S extends Spec>(definition: Operator<S>): Operator<S> {
  return definition
}
