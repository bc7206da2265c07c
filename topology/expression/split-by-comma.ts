// Finds expressions that YAML cut at a comma: `{ buy: crosses_over(a, b) && c }` is two keys in
// flow style. Rule expression-split-by-comma.
import type { Report } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import { isEmpty, type ListNode, type MapEntry, type MapNode, type Node } from '../tree.ts'

/** A value, and what follows it as if it were a key or item of its own. */
interface Piece {
  readonly text: string
  readonly span: Span
  readonly part: MapEntry | Node
  /** Whether the piece before it may go on here: a key without value, or an item. */
  readonly continues: boolean
  /** What the author wrote before the colon. */
  readonly key: string | undefined
}

/** Brackets opened and not closed, outside strings; negative when more are closed. */
export function openBrackets(text: string): number {
  let open = 0
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quote !== '') {
      if (character === '\\') at += 1
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '(' || character === '[') open += 1
    else if (character === ')' || character === ']') open -= 1
  }
  return open
}

/**
 * Reports every expression that a comma cut, and returns the entries or items that belong to one:
 * what they seem to say was not said, so nobody should judge them further.
 */
export function reportSplits(
  node: MapNode | ListNode,
  report: Report,
): ReadonlySet<MapEntry | Node> {
  const cut = new Set<MapEntry | Node>()
  if (!node.flow) return cut
  const pieces = piecesOf(node)
  pieces.forEach((piece, index) => {
    if (cut.has(piece.part) || openBrackets(piece.text) <= 0) return
    const parts = [piece]
    let open = openBrackets(piece.text)
    for (const next of pieces.slice(index + 1)) {
      if (open <= 0 || !next.continues) break
      parts.push(next)
      open += openBrackets(next.text)
    }
    if (parts.length === 1 || open !== 0) return
    for (const { part } of parts) cut.add(part)
    reportSplit(parts, report)
  })
  return cut
}

function piecesOf(node: MapNode | ListNode): readonly Piece[] {
  if (node.kind === 'list') {
    return node.items.map((item) => ({
      text: item.kind === 'scalar' ? item.text : '',
      span: item.span,
      part: item,
      continues: item.kind === 'scalar',
      key: undefined,
    }))
  }
  return node.entries.map((entry) => {
    const { key, value } = entry
    if (isEmpty(value)) {
      return { text: key.text, span: key.span, part: entry, continues: true, key: undefined }
    }
    const text = value.kind === 'scalar' && value.style !== 'quoted' ? value.text : ''
    return { text, span: value.span, part: entry, continues: false, key: key.text }
  })
}

function reportSplit(parts: readonly Piece[], report: Report): void {
  const [first] = parts
  const last = parts.at(-1)
  if (!first || !last) return
  const shown = parts.map(({ text }) => `"${text}"`).join(' and ')
  const whole = parts.map(({ text }) => text).join(', ')
  report({
    code: 'expression-split-by-comma',
    severity: 'error',
    message: `in { } and [ ] YAML cuts at commas: ${shown}`,
    span: { source: first.span.source, start: first.span.start, end: last.span.end },
    repair: 'write it in block style, one entry a line',
    notes: [first.key === undefined ? `- ${whole}` : `${first.key}: ${whole}`],
  })
}
