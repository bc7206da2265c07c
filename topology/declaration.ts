// What a topology file says, read into named parts but not yet judged: names unresolved, configs
// still YAML nodes. `read-declaration.ts` makes it from the tree; graph.ts turns it into a typed
// graph.
import type { MapNode, Node, ScalarNode } from './tree.ts'
import type { Source, Span } from './source.ts'

/** A value and the place where it is spelt. */
export interface Spelt<T> {
  readonly value: T
  readonly span: Span
}

export type FateKind = 'bad' | 'late' | 'duplicate'
export type Fate = 'fail' | 'skip' | 'dead-letter'
export type Fates = Readonly<Record<FateKind, Fate>>

export interface ParameterDeclaration {
  readonly name: Spelt<string>
  readonly default: Node
  readonly min?: ScalarNode
  readonly max?: ScalarNode
  /** `per: symbol` and the values by that field's content. */
  readonly per?: { readonly field: Spelt<string>; readonly values: readonly [string, ScalarNode][] }
}

export interface TopicDeclaration {
  readonly name: Spelt<string>
  /** The physical topic. */
  readonly topic: Spelt<string>
  /** `market/Trade`: market/trade.avsc beside the topology, then the built-in one. */
  readonly schema: Spelt<string>
  /** Field names; empty for `all`. */
  readonly key: Spelt<readonly Spelt<string>[]>
  /** Field holding the event time; undefined: the record's own, carried beside the value. */
  readonly time?: Spelt<string>
  /** Unit of a `time` field that is a plain long. */
  readonly unit?: Spelt<'s' | 'ms' | 'us' | 'ns'>
  /** Field holding when it could be known; undefined: event time plus `delay`. */
  readonly available?: Spelt<string>
  readonly delay?: Spelt<number>
  readonly lateness: Spelt<number>
  readonly rank?: Spelt<number>
  readonly partitions: Spelt<number>
  /** `latest`: the last value per key. `history`: versions by event time. */
  readonly table?: Spelt<'latest' | 'history'>
  /** Every task holds the whole table. */
  readonly copies?: Spelt<'all'>
  readonly retention?: Spelt<number>
  readonly idle?: Spelt<number>
  readonly span: Span
}

export interface StepDeclaration {
  readonly id: Spelt<string>
  /** The streams that drive it; with aliases for `from: { a: x, b: y }`. */
  readonly from: readonly { readonly stream: Spelt<string>; readonly alias?: string }[]
  readonly fromSpan: Span
  readonly operator: Spelt<string>
  readonly config: Node
  /** Key of its output; undefined: the operator's. */
  readonly key?: Spelt<'all' | 'broadcast' | readonly Spelt<string>[]>
  /** Topic per output; the main output is `main`. */
  readonly to: readonly { readonly output: Spelt<string>; readonly topic: Spelt<string> }[]
  readonly fates: Partial<Readonly<Record<FateKind, Fate>>>
  readonly span: Span
}

/** A source brings the world in; only `run` opens it. */
export interface SourceDeclaration {
  readonly name: Spelt<string>
  /** What the environment says the rest of. */
  readonly connection: Spelt<string>
  /** Undefined: the one that the environment gives the connection. */
  readonly connector?: Spelt<string>
  /** In the connector's words; undefined: those that `to` needs. */
  readonly streams?: readonly Spelt<string>[]
  /** Outputs of the connector, and the topics that they fill. */
  readonly to: readonly { readonly output: Spelt<string>; readonly topic: Spelt<string> }[]
}

/** A sink takes a topic out; only `run` opens it. */
export interface SinkDeclaration {
  readonly name: Spelt<string>
  readonly kind: Spelt<string>
  readonly config: Node
  /** The topic that it reads. */
  readonly from: Spelt<string>
  /** What becomes of a record that the outside never takes; undefined: as the topology says. */
  readonly bad?: Fate
  /** How long the outside may be away, and what ends then; undefined: it is tried for ever. */
  readonly away?: { readonly after: Spelt<number>; readonly ends: Spelt<'run' | 'sink'> }
}

/** What is declared but cannot be read. A reference to it is no further mistake. */
export interface Unread {
  /** Names of topics and steps. */
  readonly streams: ReadonlySet<string>
  readonly parameters: ReadonlySet<string>
  readonly calendars: ReadonlySet<string>
}

export interface TopologyDeclaration {
  readonly source: Source
  readonly root: MapNode
  /** The roots of the files that it includes. */
  readonly included: readonly MapNode[]
  readonly name: Spelt<string>
  readonly parameters: readonly ParameterDeclaration[]
  readonly requires: readonly ScalarNode[]
  /** Data files by name, resolved against the topology's folder. */
  readonly calendars: readonly { readonly name: Spelt<string>; readonly file: Spelt<string> }[]
  readonly sources: readonly SourceDeclaration[]
  readonly sinks: readonly SinkDeclaration[]
  readonly topics: readonly TopicDeclaration[]
  readonly steps: readonly StepDeclaration[]
  /** The topology's default; undefined when it is missing (check fates-stated). */
  readonly fates?: Fates
  readonly fatesSpan: Span
  readonly unread: Unread
}
