// How a config spells the name of a stream: any text, which the graph then looks up.
import type { Spelt } from './declaration.ts'
import type { Node } from './tree.ts'

export function streamName(node: Node): Spelt<string> | undefined {
  const isName = node.kind === 'scalar' && node.value !== null && node.text !== ''
  return isName ? { value: node.text, span: node.span } : undefined
}
