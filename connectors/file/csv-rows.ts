// Cuts chunks of bytes into rows of cells with csv-parse, fed by hand so that nothing is awaited
// per row. A row that is not CSV costs its own line and no other: reading goes on with the line
// after the one on which it starts, so that one stray quote does not swallow the file.
import { Parser } from 'csv-parse'
import { LONGEST_RECORD } from './input-record.ts'

export interface RowHandler {
  /** Cells hold bytes as characters (Latin-1). `line` is the one on which the row ends. */
  readonly row: (cells: readonly string[], line: number) => void
  /** `original` is the line, without its break, on which the row starts. */
  readonly bad: (reason: string, original: Buffer, line: number) => void
}

/** csv-parse as a function of chunks: rows are handed on while a chunk is parsed. */
class RowParser extends Parser {
  readonly onRow: (cells: readonly string[]) => void

  constructor(onRow: (cells: readonly string[]) => void) {
    super({
      encoding: 'latin1',
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_RECORD,
    })
    this.onRow = onRow
  }

  override push(cells: unknown): boolean {
    if (cells !== null) this.onRow(cells as readonly string[])
    return true
  }

  /** Parses a chunk, or the end when there is none, and gives what is wrong with it. */
  parse(chunk: Buffer | undefined): Error | undefined {
    let found: Error | undefined
    const keep = (error?: Error | null): void => {
      if (error) found = error
    }
    if (chunk) this._transform(chunk, 'utf8', keep)
    else this._flush(keep)
    return found
  }
}

const TOO_LONG = Object.assign(new Error('the row is too long'), { code: 'CSV_MAX_RECORD_SIZE' })

/** Reads the rows of one file: chunks in order, then the end. */
export class RowReader {
  readonly #handler: RowHandler
  /** Lines before those that the parser has seen. */
  #linesBefore = 0
  /** Where in the parser's input the last whole row ends, and how many lines that is. */
  #rowEnd = 0
  #rowLines = 0
  /** What the parser has been given since then: where it starts in its input, and the bytes. */
  #heldFrom = 0
  #held: Buffer[] = []
  #isDropping = false
  #parser: RowParser

  constructor(handler: RowHandler) {
    this.#handler = handler
    this.#parser = this.#start()
  }

  push(chunk: Buffer): void {
    let rest: Buffer | undefined = this.#isDropping ? this.#afterLine(chunk) : chunk
    while (rest && rest.length > 0) {
      this.#held.push(rest)
      const error = this.#parser.parse(rest)
      if (error) {
        rest = this.#skipLine(error)
      } else {
        this.#letGo()
        // csv-parse counts the characters of cells; a row of commas alone would grow for ever.
        rest = this.#heldBytes() > 2 * LONGEST_RECORD ? this.#skipLine(TOO_LONG) : undefined
      }
    }
  }

  end(): void {
    let error = this.#isDropping ? undefined : this.#parser.parse(undefined)
    while (error) {
      const rest = this.#skipLine(error)
      if (!rest || rest.length === 0) return
      this.#held.push(rest)
      error = this.#parser.parse(rest) ?? this.#parser.parse(undefined)
    }
  }

  #start(): RowParser {
    // csv-parse counts a line break of two bytes inside quotes as two lines.
    let countedTwice = 0
    const parser = new RowParser((cells) => {
      const { lines, bytes } = parser.info
      if (lines - countedTwice - this.#rowLines > 1) {
        countedTwice += cells.join('').split('\r\n').length - 1
      }
      this.#rowEnd = bytes
      this.#rowLines = lines - countedTwice
      this.#handler.row(cells, this.#linesBefore + this.#rowLines)
    })
    return parser
  }

  #heldBytes(): number {
    return this.#held.reduce((sum, each) => sum + each.length, this.#heldFrom - this.#rowEnd)
  }

  /** Forgets the bytes of whole rows. */
  #letGo(): void {
    for (let [first] = this.#held; first; [first] = this.#held) {
      if (this.#heldFrom + first.length > this.#rowEnd) return
      this.#heldFrom += first.length
      this.#held.shift()
    }
  }

  /**
   * Reports the line on which the bad row starts; gives the bytes after it, to be parsed afresh.
   */
  #skipLine(error: Error): Buffer | undefined {
    const unread = Buffer.concat(this.#held).subarray(this.#rowEnd - this.#heldFrom)
    // Blank lines before the row are no part of it.
    let from = 0
    let line = this.#rowLines
    while (unread[from] === 10 || (unread[from] === 13 && unread[from + 1] === 10)) {
      line += unread[from] === 10 ? 1 : 0
      from += 1
    }
    const at = unread.indexOf(10, from)
    const to = at < 0 ? unread.length : at
    const end = unread[to - 1] === 13 && to > from ? to - 1 : to
    this.#handler.bad(reasonOf(error), unread.subarray(from, end), this.#linesBefore + line + 1)
    this.#restart(line + 1)
    this.#isDropping = at < 0
    return at < 0 ? undefined : unread.subarray(at + 1)
  }

  #restart(lines: number): void {
    this.#linesBefore += lines
    this.#rowEnd = this.#rowLines = this.#heldFrom = 0
    this.#held = []
    this.#parser = this.#start()
  }

  /** What stands behind the line that is being dropped. */
  #afterLine(chunk: Buffer): Buffer | undefined {
    const at = chunk.indexOf(10)
    if (at < 0) return undefined
    this.#isDropping = false
    return chunk.subarray(at + 1)
  }
}

function reasonOf(error: Error): string {
  switch ((error as { code?: unknown }).code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'the row opens a quote that is never closed'
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'the row has text behind a closing quote; double the quotes inside a quoted cell'
    case 'INVALID_OPENING_QUOTE':
      return 'the row has a quote inside a cell that does not start with one'
    case 'CSV_MAX_RECORD_SIZE':
      return `the row is longer than ${LONGEST_RECORD} bytes, or opens a quote that is not closed`
    default:
      return `the row is not CSV: ${error.message}`
  }
}
