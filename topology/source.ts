// A file's text and places in it. Every node of the tree keeps its span, so every diagnostic can point.

export interface Source {
  /** Path as the user wrote it, shown in diagnostics. */
  readonly path: string
  readonly text: string
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

export function lineAndColumn(source: Source, offset: number): LineAndColumn {
  const before = source.text.slice(0, offset)
  const newline = before.lastIndexOf('\n')
  let line = 1
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line += 1
  return { line, column: offset - newline }
}
