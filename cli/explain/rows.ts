// Labelled rows of text: a label, and behind it what wraps at the page's width without going under
// the label.

export interface Row {
  readonly label: string
  /** Stands in a line, with commas; a row without any is left out. */
  readonly items?: readonly string[]
  /** Stands before the items. */
  readonly lead?: string
  /** Name and text, a line each; an empty name stands for text alone. */
  readonly pairs?: readonly (readonly [string, string])[]
}

interface Page {
  /** Columns of the widest label. */
  readonly label: number
  readonly columns: number
}

const MARGIN = 2
const GAP = 2
/** However narrow the terminal is. */
const LEAST_WIDTH = 30

/** The rows, each line with its line break. */
export function renderRows(rows: readonly Row[], { label, columns }: Page): string {
  const width = Math.max(LEAST_WIDTH, columns - MARGIN - label - GAP)
  return rows
    .flatMap((row) =>
      linesOf(row, width).map((line, i) => {
        const name = (i === 0 ? row.label : '').padEnd(label + GAP)
        return `${' '.repeat(MARGIN)}${name}${line}`.trimEnd()
      }),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf({ items, lead, pairs }: Row, width: number): readonly string[] {
  if (pairs) return pairLines(pairs, width)
  if (!items || items.length === 0) return []
  const last = items.length - 1
  const pieces = items.map((item, i) => (i < last ? `${item},` : item))
  return wrap(lead === undefined ? pieces : [lead, ...pieces], width)
}

function pairLines(pairs: readonly (readonly [string, string])[], width: number): string[] {
  if (pairs.length === 0) return ['']
  const widest = Math.max(...pairs.map(([name]) => name.length))
  const indent = widest === 0 ? 0 : widest + GAP
  return pairs.flatMap(([name, text]) =>
    wrap(text.split(' '), Math.max(LEAST_WIDTH, width - indent)).map(
      (line, i) => (i === 0 ? name : '').padEnd(indent) + line,
    ),
  )
}

/** Pieces with a blank between them, as many on a line as fit; none is broken. */
function wrap(pieces: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces) {
    if (line !== '' && line.length + 1 + piece.length > width) {
      lines.push(line)
      line = piece
    } else {
      line = line === '' ? piece : `${line} ${piece}`
    }
  }
  return [...lines, line]
}

/** Rows of cells in aligned columns. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}
