// A table in text: a header line, then rows; `|` parts what goes in from what comes out. Cells
// stand under their header.

export interface TextTable {
  /** Column names to the left and right of the bar. */
  readonly left: readonly string[]
  readonly right: readonly string[]
  readonly rows: readonly TextRow[]
}

/** Cells by column; a column without a cell is absent. */
export interface TextRow {
  readonly left: ReadonlyMap<string, string>
  readonly right: ReadonlyMap<string, string>
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

export function parseTextTable(text: string): TextTable {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [header = '', ...rows] = lines
  const bar = header.indexOf('|')
  if (bar < 0) throw new Error('a table has a bar between what goes in and what comes out')
  const [left, right] = [tokens(header.slice(0, bar), 0), tokens(header.slice(bar + 1), bar + 1)]
  return {
    left: left.map(({ text: name }) => name),
    right: right.map(({ text: name }) => name),
    rows: rows.map((line) => {
      if (line[bar] !== '|') throw new Error(`the bar of "${line}" is not under the header's`)
      return {
        left: cells(tokens(line.slice(0, bar), 0), left),
        right: cells(tokens(line.slice(bar + 1), bar + 1), right),
      }
    }),
  }
}

function tokens(text: string, offset: number): Token[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    start: offset + index,
    end: offset + index + word.length,
  }))
}

/** A cell belongs to the column whose header it touches, from above or as the nearest. */
function cells(row: readonly Token[], columns: readonly Token[]): ReadonlyMap<string, string> {
  return new Map(
    row.map((cell) => {
      const distance = (column: Token): number =>
        Math.max(0, column.start - cell.end + 1, cell.start - column.end + 1)
      const nearest = [...columns].sort((a, b) => distance(a) - distance(b))[0]
      if (nearest === undefined) throw new Error(`"${cell.text}" stands under no column`)
      return [nearest.text, cell.text]
    }),
  )
}
