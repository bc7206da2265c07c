// A file's text and places in it. Every node of the tree keeps its span, so every diagnostic can
// point.

export interface Source {
  /** Path as the user wrote it, shown in diagnostics. */
  readonly path: string
  readonly text: string
}

/**
 * The files beside a topology. Whoever assembles the catalogue reads the disk; the language does
 * not.
 */
export interface Files {
  /**
   * The text of a file, undefined where there is none. Paths are relative to the topology's
   * folder.
   */
  readonly read: (path: string) => string | undefined
}

/** A half-open range of characters (UTF-16 code units) of one source. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** One-based, as editors count. */
export interface LineAndColumn {
  readonly line: number
  readonly column: number
}

const lineStartsOf = new WeakMap<Source, readonly number[]>()

/**
 * Offset of the first character of every line. A byte order mark is no character of the first
 * line.
 */
function lineStarts(source: Source): readonly number[] {
  const known = lineStartsOf.get(source)
  if (known) return known
  const { text } = source
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  lineStartsOf.set(source, starts)
  return starts
}

/**
 * Place in `starts` of the line that holds the offset: the last one that starts at or before it.
 */
function lineIndex(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export function lineAndColumn(source: Source, offset: number): LineAndColumn {
  const starts = lineStarts(source)
  const index = lineIndex(starts, offset)
  return { line: index + 1, column: Math.max(0, offset - (starts[index] ?? 0)) + 1 }
}

/** Where the line of an offset starts and ends, its line break left out. */
export function lineBounds(source: Source, offset: number): { start: number; end: number } {
  const { text } = source
  const starts = lineStarts(source)
  const index = lineIndex(starts, offset)
  const start = starts[index] ?? 0
  const next = starts[index + 1]
  if (next === undefined) return { start, end: text.length }
  return { start, end: text[next - 2] === '\r' && next - 2 >= start ? next - 2 : next - 1 }
}
