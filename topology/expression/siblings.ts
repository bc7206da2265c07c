// The order in which the entries of a block are evaluated: one that is referred to comes before
// those that refer to it.
import type { Ast } from './ast.ts'
import { childrenOf } from './parser.ts'

export interface Dependencies {
  /** Indexes of entries, each after those that it refers to; ties as declared. */
  readonly order: readonly number[]
  /** Each as a chain of indexes, the first of which is what the last refers to. */
  readonly cycles: readonly (readonly number[])[]
}

/**
 * `references[i]` are the indexes of the entries that entry `i` refers to. The walk keeps its path
 * itself, so that a long chain of entries cannot overflow the stack.
 */
export function orderSiblings(references: readonly (readonly number[])[]): Dependencies {
  const order: number[] = []
  const cycles: (readonly number[])[] = []
  const done = new Set<number>()
  const depths = new Map<number, number>()
  const path: { readonly index: number; next: number }[] = []
  const open = (index: number): void => {
    depths.set(index, path.push({ index, next: 0 }) - 1)
  }
  for (const root of references.keys()) {
    if (!done.has(root)) open(root)
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const reference = references[step.index]?.[step.next]
      step.next += 1
      if (reference === undefined) {
        path.pop()
        depths.delete(step.index)
        done.add(step.index)
        order.push(step.index)
      } else if (depths.has(reference)) {
        cycles.push(path.slice(depths.get(reference)).map(({ index }) => index))
      } else if (!done.has(reference)) {
        open(reference)
      }
    }
  }
  return { order, cycles }
}

/** Names that stand for a field or sibling; `param` and the part behind a dot do not. */
export function namesIn(node: Ast): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (each: Ast): void => {
    if (each.kind === 'name') names.add(each.name)
    for (const child of childrenOf(each)) visit(child)
  }
  visit(node)
  return names
}
