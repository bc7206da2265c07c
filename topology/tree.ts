// The parsed YAML as a small tree of our own: scalars, maps and lists with spans, nothing else.
// `read-tree.ts` builds it; everything after it is independent of the YAML package.
import type { Span } from './source.ts'

export interface ScalarNode {
  readonly kind: 'scalar'
  /**
   * YAML core schema value; numbers and booleans keep their text too, because `1s` and `1.0` are
   * ours to read.
   */
  readonly value: string | number | boolean | null
  /** The value as text after YAML's unquoting and folding: what an expression is parsed from. */
  readonly text: string
  readonly style: 'plain' | 'quoted' | 'block'
  readonly span: Span
  /** Whether it stands inside `{ }` or `[ ]`, where a comma cuts. */
  readonly flow: boolean
  /** A YAML tag such as `!ready(x)`, which is an expression that should have been quoted. */
  readonly tag?: string
}

export interface MapEntry {
  readonly key: ScalarNode
  readonly value: Node
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
  readonly span: Span
  readonly flow: boolean
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly span: Span
  readonly flow: boolean
}

export type Node = ScalarNode | MapNode | ListNode

export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key.text === key)
}

/** Whether the author left the value out: `step:` with nothing behind it. */
export function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.style === 'plain'
}
