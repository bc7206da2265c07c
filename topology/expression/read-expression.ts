// A YAML node to a syntax tree, or the diagnostic that says why there is none.
import { type Report, reporter } from '../diagnostic.ts'
import { locate } from '../expression-span.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { isEmpty, type Node, type ScalarNode } from '../tree.ts'
import type { Ast } from './ast.ts'
import { parse } from './parser.ts'
import { openBrackets } from './split-by-comma.ts'

/** Whose value an expression is, for the diagnostic that there is none. */
export interface Owner {
  readonly name: string
  readonly span: Span
}

/** A number or boolean is an expression too; nothing, a map and a list are not. */
export function readExpression(
  node: Node,
  owner: Owner,
  report: Report,
): { readonly scalar: ScalarNode; readonly ast: Ast } | undefined {
  if (node.kind === 'scalar' && node.tag !== undefined) {
    complainOfTag(node, node.tag, report)
  } else if (node.kind !== 'scalar' || (isEmpty(node) && node.text === '')) {
    complainOfNode(node, owner, report)
  } else {
    const parsed = parse(node.text)
    if (parsed.ast) return { scalar: node, ast: parsed.ast }
    if (node.flow && node.style === 'plain' && openBrackets(node.text) > 0) {
      complainOfCut(node, report)
    } else {
      const { message, range, repair } = parsed.problem
      const finding = {
        message,
        span: locate(node, range),
        ...(repair !== undefined && { repair }),
      }
      reporter('expression-syntax', report)(finding)
    }
  }
  return undefined
}

function complainOfTag(node: ScalarNode, tag: string, report: Report): void {
  const whole = node.text === '' ? tag : `${tag} ${node.text}`
  const complain = reporter('expression-syntax', report)
  complain({
    message: `YAML reads ${quoted(tag)} as a tag, not as part of the expression`,
    span: node.span,
    repair: `put the expression in quotes: ${quoted(whole)}`,
  })
}

function complainOfNode(node: Node, owner: Owner, report: Report): void {
  const found = node.kind === 'scalar' ? 'nothing' : `a ${node.kind}`
  const complain = reporter('expression-expected', report)
  complain({
    message: `${quoted(owner.name)} is ${found} where an expression is expected`,
    span: node.kind === 'scalar' ? owner.span : node.span,
    ...(node.kind !== 'scalar' && node.flow && { repair: 'if it is one, put it in quotes' }),
  })
}

function complainOfCut(node: ScalarNode, report: Report): void {
  const complain = reporter('expression-split-by-comma', report)
  complain({
    message: `in { } and [ ] YAML cuts at commas: this ends at ${quoted(node.text)}`,
    span: node.span,
    repair: 'write it in block style, or in quotes',
  })
}
