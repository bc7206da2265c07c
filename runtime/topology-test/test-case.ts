// Tests of a topology as they stand in a `*.test.yaml`: what is fed, what happens then, what is
// expected.
import type { Spelt } from '../../topology/declaration.ts'
import type { Node } from '../../topology/tree.ts'
import type { Span } from '../../topology/source.ts'

/** One record of a test; the value is read by its stream's type later. */
export interface Row {
  readonly key?: Node
  readonly time?: Spelt<number>
  readonly available?: Spelt<number>
  readonly value?: Node
  readonly span: Span
}

export type Rows = ReadonlyMap<
  string,
  { readonly stream: Spelt<string>; readonly rows: readonly Row[] }
>

export type Happening =
  | { readonly kind: 'crash' }
  /** Every channel's clock passes its present value plus this many microseconds. */
  | { readonly kind: 'advance'; readonly by: number }

/** Expected counts by step, then by fate or reason. */
export type Counts = ReadonlyMap<
  string,
  { readonly step: Spelt<string>; readonly counts: readonly [Spelt<string>, number][] }
>

export interface TestCase {
  readonly it: string
  readonly span: Span
  readonly parameters: ReadonlyMap<string, string>
  /** The slice that runs; empty: the whole topology. */
  readonly steps: readonly Spelt<string>[]
  readonly given: Rows
  readonly feed: Rows
  readonly then: readonly Happening[]
  readonly expect: Rows
  readonly exact: boolean
  readonly fates: Counts
  readonly held: ReadonlyMap<string, Spelt<number>>
}
