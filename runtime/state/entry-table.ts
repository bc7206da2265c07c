// Entries of one kind and store as bytes, folded from a changelog: the last value of each name. A
// restore fills it, and entries leave it as they are read. Some 40 bytes an entry beside its own.
import { ByteIndex } from './byte-index.ts'

const CHUNK_BYTES = 1 << 20
const FIRST_ROWS = 512
const GONE = -1
const NONE = Buffer.alloc(0)
const [BRACKET, QUOTE, BACKSLASH, COMMA] = Buffer.from('["\\,')

export class EntryTable {
  /** Entries that are there. */
  size = 0
  #names = new ByteIndex((row, bytes, start, end) => this.#isNamed(row, bytes, start, end))
  /** Names and values, one behind the other. */
  #chunks: Buffer[] = []
  /** Bytes that are taken of the last chunk. */
  #filled = CHUNK_BYTES
  #count = 0
  // By row: where its name begins, and how long name and value are.
  #chunkOf = new Int32Array(FIRST_ROWS)
  #starts = new Int32Array(FIRST_ROWS)
  #nameLengths = new Int32Array(FIRST_ROWS)
  #valueLengths = new Int32Array(FIRST_ROWS)
  /** By key, for names of entries under places; made when it is first asked for. */
  #byKey:
    { readonly keys: ByteIndex; readonly first: number[]; readonly next: Int32Array } | undefined

  /** The name is bytes [start, end), the value [end, valueEnd). */
  set(bytes: Buffer, start: number, end: number, valueEnd: number): void {
    let row = this.#names.find(bytes, start, end)
    if (row < 0) row = this.#addRow()
    else {
      const before = this.#valueLengths[row] ?? GONE
      if (before >= valueEnd - end) {
        bytes.copy(this.#chunk(row), (this.#starts[row] ?? 0) + end - start, end, valueEnd)
        this.#valueLengths[row] = valueEnd - end
        return
      }
      if (before !== GONE) this.size -= 1
    }
    this.#store(row, bytes, start, valueEnd)
    this.#nameLengths[row] = end - start
    this.#valueLengths[row] = valueEnd - end
    if (row === this.#count) {
      this.#names.add(bytes, start, end)
      this.#count += 1
    }
    this.size += 1
  }

  delete(bytes: Buffer, start: number, end: number): void {
    const row = this.#names.find(bytes, start, end)
    if (row < 0 || this.#valueLengths[row] === GONE) return
    this.#valueLengths[row] = GONE
    this.size -= 1
  }

  /** Takes the value out; undefined if there is none. */
  take(name: string): Uint8Array | undefined {
    const bytes = Buffer.from(name)
    const row = this.#names.find(bytes, 0, bytes.length)
    return row < 0 ? undefined : this.#takeRow(row)?.[1]
  }

  /** Takes all out whose name begins with `prefix`, in no order. */
  takeAll(prefix: string): readonly (readonly [string, Uint8Array])[] {
    const wanted = Buffer.from(prefix)
    const rows = isKey(wanted) ? this.#rowsOf(wanted) : this.#rowsFrom(wanted)
    return rows.flatMap((row) => {
      const taken = this.#takeRow(row)
      return taken === undefined ? [] : [taken]
    })
  }

  #rowsFrom(prefix: Buffer): readonly number[] {
    const rows: number[] = []
    for (let row = 0; row < this.#count; row += 1) {
      if (this.#valueLengths[row] !== GONE && this.#begins(row, prefix, 0, prefix.length)) {
        rows.push(row)
      }
    }
    return rows
  }

  #rowsOf(key: Buffer): readonly number[] {
    const { keys, first, next } = (this.#byKey ??= this.#indexKeys())
    const rows: number[] = []
    const at = keys.find(key, 0, key.length)
    for (let row = first[at] ?? GONE; row >= 0; row = next[row] ?? GONE) rows.push(row)
    return rows
  }

  #indexKeys() {
    const first: number[] = []
    const next = new Int32Array(this.#count).fill(GONE)
    const keys = new ByteIndex((at, ...bytes) => this.#begins(first[at] ?? GONE, ...bytes))
    for (let row = 0; row < this.#count; row += 1) {
      const [chunk, start] = [this.#chunk(row), this.#starts[row] ?? 0]
      const length = keyLength(chunk, start, start + (this.#nameLengths[row] ?? 0))
      if (length === 0 || this.#valueLengths[row] === GONE) continue
      const known = keys.find(chunk, start, start + length)
      const at = known < 0 ? keys.add(chunk, start, start + length) : known
      next[row] = first[at] ?? GONE
      first[at] = row
    }
    return { keys, first, next }
  }

  #takeRow(row: number): readonly [string, Uint8Array] | undefined {
    const length = row < this.#count ? (this.#valueLengths[row] ?? GONE) : GONE
    if (length === GONE) return undefined
    const [chunk, start] = [this.#chunk(row), this.#starts[row] ?? 0]
    const end = start + (this.#nameLengths[row] ?? 0)
    const taken = [chunk.toString('utf8', start, end), chunk.subarray(end, end + length)] as const
    this.#valueLengths[row] = GONE
    this.size -= 1
    if (this.size === 0) this.#clear()
    return taken
  }

  #clear(): void {
    this.#chunks = []
    this.#filled = CHUNK_BYTES
    this.#count = 0
    this.#byKey = undefined
    this.#names = new ByteIndex((row, ...bytes) => this.#isNamed(row, ...bytes))
    this.#chunkOf = new Int32Array(FIRST_ROWS)
    this.#starts = new Int32Array(FIRST_ROWS)
    this.#nameLengths = new Int32Array(FIRST_ROWS)
    this.#valueLengths = new Int32Array(FIRST_ROWS)
  }

  #addRow(): number {
    if (this.#count === this.#starts.length) {
      this.#chunkOf = doubled(this.#chunkOf)
      this.#starts = doubled(this.#starts)
      this.#nameLengths = doubled(this.#nameLengths)
      this.#valueLengths = doubled(this.#valueLengths)
    }
    return this.#count
  }

  #store(row: number, bytes: Buffer, start: number, end: number): void {
    const length = end - start
    if (this.#filled + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, length)))
      this.#filled = 0
    }
    const last = this.#chunks.length - 1
    bytes.copy(this.#chunks[last] ?? NONE, this.#filled, start, end)
    this.#chunkOf[row] = last
    this.#starts[row] = this.#filled
    this.#filled += length
  }

  #chunk(row: number): Buffer {
    return this.#chunks[this.#chunkOf[row] ?? 0] ?? NONE
  }

  #isNamed(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#nameLengths[row] === end - start && this.#begins(row, bytes, start, end)
  }

  /** Whether the row's name begins with these bytes. */
  #begins(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    if ((this.#nameLengths[row] ?? 0) < end - start) return false
    const chunk = this.#chunk(row)
    const from = (this.#starts[row] ?? 0) - start
    for (let at = start; at < end; at += 1) if (chunk[from + at] !== bytes[at]) return false
    return true
  }
}

/** Whether it is what names of entries under the places of one key begin with: `["EURUSD",`. */
function isKey(bytes: Buffer): boolean {
  return bytes.length > 0 && keyLength(bytes, 0, bytes.length) === bytes.length
}

/** How much of a name is its key, if places stand behind it; else 0. */
function keyLength(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== BRACKET || bytes[start + 1] !== QUOTE) return 0
  for (let at = start + 2; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1
    else if (bytes[at] === QUOTE) return bytes[at + 1] === COMMA ? at + 2 - start : 0
  }
  return 0
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(column.length * 2)
  grown.set(column)
  return grown
}
