// A checked expression: what config readers hand to operators, and what `compile.ts` compiles.
import type { RecordType, Type } from '../../schemas/type.ts'
import type { Span } from '../source.ts'
import type { Ast } from './ast.ts'
import type { Constant, PureFunction, StatefulFunction } from './function.ts'

/** A topology parameter as expressions see it. */
export interface ParameterValue {
  readonly type: Type
  /** number (durations in microseconds), string, boolean, or a list of them. */
  readonly value: unknown
  /** `per: symbol`: the value for a record is `values[record[field]]`, else `value`. */
  readonly per?: { readonly field: string; readonly values: ReadonlyMap<string, unknown> }
}

/** The names that an expression may use. */
export interface Scope {
  /** The input record: its fields are the bare names. */
  readonly input: RecordType
  /** What the input is called in diagnostics: `stream "trades"`. */
  readonly inputName: string
  readonly parameters: ReadonlyMap<string, ParameterValue>
  readonly pure: ReadonlyMap<string, PureFunction>
  readonly stateful: ReadonlyMap<string, StatefulFunction>
}

/** A stateful call, hoisted out of the expressions that use it; equal calls of a step are one. */
export interface StatefulCall {
  /** The call printed in one spelling, parameters as their values: names its state. */
  readonly canonical: string
  readonly function: StatefulFunction
  readonly series: readonly Ast[]
  readonly constants: readonly Constant[]
  readonly type: Type
  /** Records of its key before it gives a value, its arguments' own lookback included. */
  readonly lookback: number
}

export interface Expression {
  readonly text: string
  /**
   * One spelling for equal meanings: spaces, brackets and units resolved, parameters as their
   * values.
   */
  readonly canonical: string
  readonly ast: Ast
  readonly type: Type
  readonly span: Span
  /** The type of every node, and the value of every node that is a parameter. */
  readonly types: ReadonlyMap<Ast, Type>
  readonly parameters: ReadonlyMap<Ast, ParameterValue>
  /** Stateful calls by node. */
  readonly calls: ReadonlyMap<Ast, StatefulCall>
  /** Pure functions by call. */
  readonly pureCalls: ReadonlyMap<Ast, PureFunction>
  /** Fields of the input that it reads, siblings it refers to. */
  readonly reads: ReadonlySet<string>
  readonly siblings: ReadonlySet<string>
  /** Records of its key that pass before it has a value, those of its siblings included. */
  readonly lookback: number
}

/** A map of name to expression, such as the config of `derive` or `indicator`. */
export interface Block {
  /** In the order of evaluation: a sibling comes before those that refer to it. */
  readonly entries: readonly BlockEntry[]
  /** The entries' names as declared: the order of the fields that they become. */
  readonly names: readonly string[]
}

export interface BlockEntry {
  readonly name: string
  readonly nameSpan: Span
  readonly expression: Expression
}
