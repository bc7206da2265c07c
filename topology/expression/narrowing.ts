// What a condition says about null: `ready(mood) && mood.score > 0` may use `mood` behind the `&&`.
import type { Ast } from './ast.ts'
import { pathOf } from './names.ts'

/** Paths that are not null where the node is true. */
export function whenTrue(node: Ast): readonly string[] {
  if (node.kind === 'unary' && node.operator === '!') return whenFalse(node.operand)
  if (node.kind === 'binary' && node.operator === '&&') {
    return [...whenTrue(node.left), ...whenTrue(node.right)]
  }
  const [argument] = node.kind === 'call' && node.name === 'ready' ? node.arguments : []
  const path = argument && pathOf(argument)
  return path === undefined ? [] : prefixesOf(path)
}

/** Paths that are not null where the node is false. */
export function whenFalse(node: Ast): readonly string[] {
  if (node.kind === 'unary' && node.operator === '!') return whenTrue(node.operand)
  if (node.kind === 'binary' && node.operator === '||') {
    return [...whenFalse(node.left), ...whenFalse(node.right)]
  }
  return []
}

/** Where `a.b` is not null, `a` is not either. */
function prefixesOf(path: string): readonly string[] {
  const names = path.split('.')
  return names.map((_, index) => names.slice(0, index + 1).join('.'))
}
