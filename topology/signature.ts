// The static half of an operator: what checks, explain, docs and the JSON Schema need to know of
// it. No RxJS, no clock, no state: the step itself is in operators/operator.ts.
import type { RecordType } from '../schemas/type.ts'
import type { ConfigOf, Spec } from './config.ts'
import type { Finding } from './diagnostic.ts'
import type { StatefulFunction } from './expression/function.ts'
import type { Span } from './source.ts'

/** The type of a stream: what flows along an edge of the graph. */
export interface StreamType {
  readonly record: RecordType
  /** Field names; empty for the global key `all`. */
  readonly key: readonly string[]
  /** How far behind its key's stream time a record may come, in microseconds. */
  readonly lateness: number
  /**
   * Of a topic that is a table: whether it keeps the last value per key or the versions by event
   * time.
   */
  readonly table?: 'latest' | 'history'
  /** Every task holds all of it: a broadcast stream or a table with `copies: all`. */
  readonly everyTask?: true
}

/** What an operator is told when it infers its output. */
export interface Inference<C> {
  readonly step: string
  readonly config: C
  /** The stream it is driven by (of merged inputs: their common type). */
  readonly input: StreamType
  /**
   * The streams that its config names, by the id used there; but for those named by fields that
   * take feedback, whose types may follow from this step's own.
   */
  readonly streams: ReadonlyMap<string, StreamType>
  /** Where the operator's name stands, for findings about the whole step. */
  readonly span: Span
  /** Where a part of the config stands: `spanOf('every')`, `spanOf('book', 'with')`. */
  readonly spanOf: (...path: readonly string[]) => Span
  /** Reports under the given rule of check/. */
  readonly report: (code: string, finding: Finding) => void
}

export interface StepType {
  /**
   * By output name. The main output is `main`; a step without one must be qualified by its readers.
   */
  readonly outputs: Readonly<Record<string, StreamType>>
  /**
   * What it remembers, by store name: the key's fields and the entry's record. Empty: stateless.
   */
  readonly stores: Readonly<Record<string, StoreType>>
  /** Records of a key that it takes in before the first it gives out. */
  readonly lookback: number
}

export interface StoreType {
  /** Field names of the key, for explain and queries. */
  readonly key: readonly string[]
  readonly entry: RecordType
  /** What it has under a key; `value` if not stated. */
  readonly kind?: StoreKind
  /**
   * Microseconds after which an entry is gone; for ever if not stated. Of a `value` or a `map`
   * since it was edited, by the task's clock; of a `window` below the greatest place of its key.
   */
  readonly keep?: number
}

/**
 * One entry per key; entries by a text under every key; or by an instant, or another whole number,
 * under every key.
 */
export type StoreKind = 'value' | 'map' | 'window'

/** What an operator is told of the streams that its config names by fields that take feedback. */
export interface Feedback<C> extends Pick<Inference<C>, 'config' | 'input' | 'spanOf' | 'report'> {
  /** By the id used in the config. */
  readonly streams: ReadonlyMap<string, StreamType>
}

export interface Signature<S extends Spec = Spec> {
  /** The YAML word; equal to the file's name. */
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** Another name of the main output: `filled.orders` is then `filled`. */
  readonly main?: string
  readonly config: S
  /** Which fates a record of it can meet besides passing. */
  readonly fates: readonly ('bad' | 'late' | 'duplicate')[]
  /**
   * Types of the outputs. Reports what does not fit and returns undefined when nothing can be
   * inferred.
   */
  readonly infer: (inference: Inference<ConfigOf<S>>) => StepType | undefined
  /**
   * Holds against their types what streams come back, when all types are known; left out where an
   * operator takes no feedback or asks nothing of it.
   */
  readonly holdFeedback?: (feedback: Feedback<ConfigOf<S>>) => void
  /**
   * A topology test in YAML (topology, feed, expect) that the test suite runs and the docs show.
   */
  readonly example: string
}

/** A connector of sources as checks see it: its streams, by the word that names one. */
export type ConnectorSignature = ReadonlyMap<string, SourceStream>

export interface SourceStream {
  /** What `to` of a source calls it. No two streams of a connector have one output. */
  readonly output: string
  /** The built-in schema of its records, which that of the topic must equal. */
  readonly schema: string
}

/** What a kind of sink is told of the topic that it is to read. */
export interface SinkInference<C> {
  readonly sink: string
  readonly config: C
  readonly topic: { readonly name: string; readonly isTable: boolean }
  readonly input: StreamType
  /** The field that holds event time; undefined: it stands beside the value. */
  readonly time: string | undefined
  /** Where the name of the kind stands, for findings about the whole sink. */
  readonly span: Span
  readonly spanOf: (...path: readonly string[]) => Span
  /** Reports under the rule `sinks-agree`. */
  readonly say: (finding: Finding) => void
}

/** A kind of sink as checks see it; what opens one is in sinks/sink.ts. */
export interface SinkSignature<S extends Spec = Spec> {
  /** The YAML word; equal to the name of its folder. */
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** A struct with `connection` among its fields, and without expressions and streams. */
  readonly config: S
  /** Reports what of the topic it cannot hold: a name that is too long, a key that is not there. */
  readonly check: (inference: SinkInference<ConfigOf<S>>) => void
  /**
   * What it writes to, of all that its connection leads to: `table fills`. Two sinks of one
   * connection must not say the same. Left out: any two may share a connection.
   */
  readonly target?: (
    inference: Pick<SinkInference<ConfigOf<S>>, 'sink' | 'config' | 'topic'>,
  ) => string
  /**
   * A whole topology in YAML whose last section is `sinks:`, with one sink of the kind. The test
   * suite checks it, docs show it, hovers show that section.
   */
  readonly example: string
}

/** Everything that a topology can name. Assembled in cli/ alone. */
export interface Catalogue {
  readonly operators: ReadonlyMap<string, Signature>
  readonly functions: ReadonlyMap<string, StatefulFunction>
  /** Built-in schemas: `market/Trade` to the Avro schema's JSON text and the path shown for it. */
  readonly schemas: ReadonlyMap<string, { readonly path: string; readonly text: string }>
  /** By name; left out: there are none. */
  readonly connectors?: ReadonlyMap<string, ConnectorSignature>
  /** By the word of their kind; left out: there are none. */
  readonly sinks?: ReadonlyMap<string, SinkSignature>
}
