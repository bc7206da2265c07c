// Builds record batches row by row. Columns grow by doubling and are copied once, when the batch is
// taken; values are encoded straight into the buffer.
import type { Codec } from '../schemas/codec.ts'
import type { Value } from '../schemas/type.ts'
import { kindBits, type PlaceColumns, RECORD, type RecordBatch } from './record-batch.ts'

export interface BatchColumns {
  /** Which upstream task sent it, and its number. */
  readonly sent?: boolean
  readonly origins?: boolean
  readonly sources?: boolean
}

/** Rows and bytes so far; `rollback` returns to it. */
export interface BatchMark {
  readonly count: number
  readonly length: number
}

const FIRST_ROWS = 64
const FIRST_BYTES = 4096
const PER_UTF16_UNIT = 3

export class BatchBuilder {
  count = 0
  #length = 0
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #kinds = new Uint8Array(FIRST_ROWS)
  #keyEnds = new Int32Array(FIRST_ROWS)
  #valueEnds = new Int32Array(FIRST_ROWS)
  #times = new Float64Array(FIRST_ROWS)
  #available = new Float64Array(FIRST_ROWS)
  #sent: { upstreams: Int32Array; sequences: Float64Array } | undefined
  readonly #origins: PlaceBuilder | undefined
  readonly #sources: PlaceBuilder | undefined

  constructor({ sent, origins, sources }: BatchColumns = {}) {
    if (sent) {
      this.#sent = {
        upstreams: new Int32Array(FIRST_ROWS),
        sequences: new Float64Array(FIRST_ROWS),
      }
    }
    this.#origins = origins ? new PlaceBuilder() : undefined
    this.#sources = sources ? new PlaceBuilder() : undefined
  }

  /** Bytes of keys and values so far. */
  get length(): number {
    return this.#length
  }

  /** Adds a row; its value is copied. */
  add(
    kind: number,
    key: string | undefined,
    value: Uint8Array | null,
    time: number,
    available: number,
  ): void {
    this.#reserve((key?.length ?? 0) * PER_UTF16_UNIT + (value?.length ?? 0))
    const keyEnd = this.#writeKey(key)
    if (value !== null) this.#bytes.set(value, keyEnd)
    const valueEnd = keyEnd + (value?.length ?? 0)
    this.#addRow(kindBits(kind, key !== undefined, value !== null), keyEnd, valueEnd)
    this.#stamp(time, available)
  }

  /**
   * Adds a record, encoding its value in place.
   * @throws CodecError if the value does not fit; nothing is added then.
   */
  addValue(key: string, codec: Codec, value: Value, time: number, available: number): void {
    this.#reserve(key.length * PER_UTF16_UNIT)
    const keyEnd = this.#writeKey(key)
    let valueEnd = codec.encodeInto(value, this.#bytes, keyEnd)
    while (valueEnd < 0) {
      this.#reserve(this.#bytes.length - this.#length - valueEnd)
      valueEnd = codec.encodeInto(value, this.#bytes, keyEnd)
    }
    this.#addRow(RECORD, keyEnd, valueEnd)
    this.#stamp(time, available)
  }

  /** Says who sent the row just added. */
  sentBy(upstream: number, sequence: number): void {
    const sent = this.#sent
    if (sent === undefined) throw new Error('a batch without columns for who sent it')
    sent.upstreams[this.count - 1] = upstream
    sent.sequences[this.count - 1] = sequence
  }

  /** Says which input record the row just added came from. */
  originAt(name: string, partition: number, offset: number): void {
    if (this.#origins === undefined) throw new Error('a batch without columns for origins')
    this.#origins.set(this.count - 1, name, partition, offset)
  }

  /** Says where in a file the row just added, or its input record, stands. */
  sourceAt(name: string, line: number): void {
    if (this.#sources === undefined) throw new Error('a batch without columns for sources')
    this.#sources.set(this.count - 1, name, -1, line)
  }

  mark(): BatchMark {
    return { count: this.count, length: this.#length }
  }

  /** Drops the rows added since the mark. */
  rollback({ count, length }: BatchMark): void {
    this.#origins?.drop(count)
    this.#sources?.drop(count)
    this.count = count
    this.#length = length
  }

  /** The batch so far; the builder is then empty. */
  take(): RecordBatch {
    const { count } = this
    const batch: RecordBatch = {
      count,
      bytes: Buffer.from(this.#bytes.subarray(0, this.#length)),
      kinds: this.#kinds.slice(0, count),
      keyEnds: this.#keyEnds.slice(0, count),
      valueEnds: this.#valueEnds.slice(0, count),
      times: this.#times.slice(0, count),
      available: this.#available.slice(0, count),
      sent: this.#sent && {
        upstreams: this.#sent.upstreams.slice(0, count),
        sequences: this.#sent.sequences.slice(0, count),
      },
      origins: this.#origins?.take(count),
      sources: this.#sources?.take(count),
    }
    this.count = 0
    this.#length = 0
    return batch
  }

  #writeKey(key: string | undefined): number {
    return this.#length + (key === undefined ? 0 : this.#bytes.write(key, this.#length, 'utf8'))
  }

  #addRow(kind: number, keyEnd: number, valueEnd: number): void {
    const row = this.count
    if (row === this.#kinds.length) this.#growRows()
    this.#kinds[row] = kind
    this.#keyEnds[row] = keyEnd
    this.#valueEnds[row] = valueEnd
    this.#length = valueEnd
    this.count = row + 1
  }

  #stamp(time: number, available: number): void {
    this.#times[this.count - 1] = time
    this.#available[this.count - 1] = available
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow((this.#length + bytes) * 2)
    // What is being written stands behind the length: only what is complete is kept.
    this.#bytes.copy(grown, 0, 0, this.#bytes.length)
    this.#bytes = grown
  }

  #growRows(): void {
    const rows = this.count * 2
    this.#kinds = grow(this.#kinds, new Uint8Array(rows))
    this.#keyEnds = grow(this.#keyEnds, new Int32Array(rows))
    this.#valueEnds = grow(this.#valueEnds, new Int32Array(rows))
    this.#times = grow(this.#times, new Float64Array(rows))
    this.#available = grow(this.#available, new Float64Array(rows))
    this.#sent &&= {
      upstreams: grow(this.#sent.upstreams, new Int32Array(rows)),
      sequences: grow(this.#sent.sequences, new Float64Array(rows)),
    }
  }
}

class PlaceBuilder {
  #isUsed = false
  #names: string[] = []
  readonly #known = new Map<string, number>()
  #indexes = new Int32Array(FIRST_ROWS).fill(NOWHERE)
  #partitions = new Int32Array(FIRST_ROWS)
  #offsets = new Float64Array(FIRST_ROWS)

  set(row: number, name: string, partition: number, offset: number): void {
    this.#isUsed = true
    if (row >= this.#indexes.length) this.#grow(row)
    this.#indexes[row] = this.#indexOf(name)
    this.#partitions[row] = partition
    this.#offsets[row] = offset
  }

  #indexOf(name: string): number {
    // Names come in runs, so the last one is nearly always the one.
    const last = this.#names.length - 1
    if (this.#names[last] === name) return last
    const known = this.#known.get(name) ?? this.#names.push(name) - 1
    this.#known.set(name, known)
    return known
  }

  drop(from: number): void {
    if (!this.#isUsed) return
    this.#indexes.fill(NOWHERE, from)
  }

  /** Undefined where no row has a place, as is so of all that no file brought. */
  take(count: number): PlaceColumns | undefined {
    if (!this.#isUsed) return undefined
    this.#isUsed = false
    if (count > this.#indexes.length) this.#grow(count)
    const columns = {
      names: this.#names,
      indexes: this.#indexes.slice(0, count),
      partitions: this.#partitions.slice(0, count),
      offsets: this.#offsets.slice(0, count),
    }
    this.#names = []
    this.#known.clear()
    this.#indexes.fill(NOWHERE)
    return columns
  }

  #grow(row: number): void {
    const rows = row * 2
    const from = this.#indexes.length
    this.#indexes = grow(this.#indexes, new Int32Array(rows)).fill(NOWHERE, from)
    this.#partitions = grow(this.#partitions, new Int32Array(rows))
    this.#offsets = grow(this.#offsets, new Float64Array(rows))
  }
}

const NOWHERE = -1

function grow<A extends Uint8Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
