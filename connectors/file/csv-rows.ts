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

interface CutLine {
  readonly reason: string
  readonly line: number
  bytes: Buffer
}

const EMPTY = Buffer.alloc(0)
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
  /** A bad line whose end has not been seen yet. */
  #cut: CutLine | undefined
  #parser: RowParser

  constructor(handler: RowHandler) {
    this.#handler = handler
    this.#parser = this.#start()
  }

  push(chunk: Buffer): void {
    let rest: Buffer | undefined = this.#cut ? this.#afterLine(chunk) : chunk
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
    let error = this.#cut ? undefined : this.#parser.parse(undefined)
    while (error) {
      const rest = this.#skipLine(error)
      if (!rest || rest.length === 0) break
      this.#held.push(rest)
      error = this.#parser.parse(rest) ?? this.#parser.parse(undefined)
    }
    if (this.#cut) this.#report(this.#cut)
  }

  #start(): RowParser {
    const parser = new RowParser((cells) => {
      // csv-parse counts carriage returns inside cells as lines, so lines are counted here.
      const isLast = this.#moveTo(parser.info.bytes)
      this.#handler.row(cells, this.#linesBefore + this.#rowLines + (isLast ? 1 : 0))
    })
    return parser
  }

  /** Moves to the end of a row; true if no line break stands there, as the file ends. */
  #moveTo(rowEnd: number): boolean {
    let from = this.#heldFrom
    let last = 0
    for (const chunk of this.#held) {
      const end = Math.min(rowEnd - from, chunk.length)
      let at = chunk.indexOf(10, Math.max(this.#rowEnd - from, 0))
      for (; at >= 0 && at < end; at = chunk.indexOf(10, at + 1)) this.#rowLines += 1
      last = chunk[end - 1] ?? last
      from += chunk.length
    }
    this.#rowEnd = rowEnd
    return last !== 10
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

  /** Gives up the row: reports the line on which it starts, and gives the bytes after that. */
  #skipLine(error: Error): Buffer | undefined {
    const unread = Buffer.concat(this.#held).subarray(this.#rowEnd - this.#heldFrom)
    // Blank lines before the row are no part of it.
    let from = 0
    let line = this.#rowLines
    while (unread[from] === 10 || (unread[from] === 13 && unread[from + 1] === 10)) {
      line += unread[from] === 10 ? 1 : 0
      from += 1
    }
    this.#cut = { reason: reasonOf(error), line: this.#linesBefore + line + 1, bytes: EMPTY }
    this.#restart(line + 1)
    return this.#afterLine(unread.subarray(from))
  }

  /** Adds to the bad line up to its end and reports it there; gives the bytes after it. */
  #afterLine(chunk: Buffer): Buffer | undefined {
    const at = chunk.indexOf(10)
    const cut = this.#cut
    if (cut && cut.bytes.length <= LONGEST_RECORD) {
      cut.bytes = Buffer.concat([cut.bytes, at < 0 ? chunk : chunk.subarray(0, at)])
    }
    if (at < 0) return undefined
    if (cut) this.#report(cut)
    return chunk.subarray(at + 1)
  }

  #report({ reason, line, bytes }: CutLine): void {
    this.#cut = undefined
    this.#handler.bad(reason, bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes, line)
  }

  #restart(lines: number): void {
    this.#linesBefore += lines
    this.#rowEnd = this.#rowLines = this.#heldFrom = 0
    this.#held = []
    this.#parser = this.#start()
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
