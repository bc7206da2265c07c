// Which stateful calls and siblings a value waits for. It waits for all that it names, in whatever
// branch, so that what is emitted first does not depend on the data; with warm-up `emit`, `ready`
// and `orElse` take care of theirs.
import type { Ast } from './ast.ts'
import type { Expression, StatefulCall } from './expression.ts'
import { childrenOf } from './parser.ts'

/** Before every value is ready: give no record, or records with nulls. */
export type WarmUp = 'hold' | 'emit'

export interface Waits {
  readonly calls: ReadonlySet<StatefulCall>
  readonly siblings: ReadonlySet<string>
}

/** What `node` waits for. A call stands for its arguments. */
export function waitsOf(expression: Expression, node: Ast, warmUp: WarmUp): Waits {
  const calls = new Set<StatefulCall>()
  const siblings = new Set<string>()
  const visit = (each: Ast): void => {
    const call = expression.calls.get(each)
    if (call) {
      calls.add(call)
      return
    }
    if (each.kind === 'name' && expression.siblings.has(each.name)) siblings.add(each.name)
    for (const child of warmUp === 'emit' ? unguarded(each) : childrenOf(each)) visit(child)
  }
  visit(node)
  return { calls, siblings }
}

function unguarded(node: Ast): readonly Ast[] {
  if (node.kind !== 'call') return childrenOf(node)
  if (node.name === 'ready') return []
  return node.name === 'orElse' ? node.arguments.slice(-1) : node.arguments
}
