// Where a part of an expression stands in the topology file. YAML unquotes, unescapes and folds a
// scalar before the parser sees it, so the characters of the text are found again one by one in the
// source.
import type { Range } from './expression/ast.ts'
import type { Span } from './source.ts'
import type { ScalarNode } from './tree.ts'

const SPACE = /\s/
const ESCAPE_LENGTH: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }
/** Escapes that stand for white space, which folding makes look like any other. */
const SPACE_ESCAPE =
  /^\\(?:[tnrvN_LPe \n\r]|x(?:0[9a-d]|20|85|a0)|u(?:000[9a-d]|0020|0085|00a0|202[89]))/i

/**
 * The span of `range`, which is in `node.text`, in the file that the node came from. White space
 * may differ between the two; every other character stands in both, in the same order.
 */
export function locate(node: ScalarNode, range: Range): Span {
  const { source } = node.span
  const places = align(node)
  const first = places.find((place) => place.at >= range.start)
  const last = places.findLast((place) => place.at < range.end)
  if (range.start >= range.end || first === undefined || last === undefined) {
    const end = first?.start ?? places.at(-1)?.end ?? node.span.start
    return { source, start: end, end }
  }
  return { source, start: first.start, end: Math.max(first.end, last.end) }
}

/** A character of the text, `at` its offset there, and its place in the source. */
interface Place {
  readonly at: number
  readonly start: number
  readonly end: number
}

function align(node: ScalarNode): readonly Place[] {
  const { text } = node.span.source
  const places: Place[] = []
  const quote = node.style === 'quoted' ? text[node.span.start] : undefined
  let from = contentStart(node)
  for (let at = 0; at < node.text.length; at += 1) {
    const character = node.text[at] ?? ''
    if (SPACE.test(character)) continue
    const place = find(text, character, from, node.span.end, quote)
    if (place === undefined) break
    places.push({ at, ...place })
    from = place.end
  }
  return places
}

/** Behind the tag, anchor, opening quote, or the header of a block scalar. */
function contentStart(node: ScalarNode): number {
  const { start, source } = node.span
  if (node.style === 'quoted') return start + 1
  if (node.style === 'plain') return start
  return source.text.indexOf('\n', start) + 1
}

function find(
  text: string,
  character: string,
  from: number,
  limit: number,
  quote: string | undefined,
): { start: number; end: number } | undefined {
  for (let at = from; at < limit; at += 1) {
    if (quote === '"' && text[at] === '\\') {
      const length = ESCAPE_LENGTH[text[at + 1] ?? ''] ?? 2
      if (!SPACE_ESCAPE.test(text.slice(at, at + length))) return { start: at, end: at + length }
      at += length - 1
    } else if (text[at] === character) {
      const isDoubled = quote === "'" && character === "'"
      return { start: at, end: at + (isDoubled ? 2 : 1) }
    }
  }
  return undefined
}
