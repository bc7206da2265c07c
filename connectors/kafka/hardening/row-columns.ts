// Columns that rows of a fetch are read into, kept from one fetch to the next: what they hold is
// copied once, into arrays of the right size, when a batch is taken.
import type { StoredBatch } from '../../connector.ts'
import type { PlaceColumns } from '../../record-batch.ts'
import { Memory } from './copy-bytes.ts'

const FIRST_ROWS = 1024
const FIRST_BYTES = 1 << 16
/** Memory beyond this is not kept for the next fetch. */
const MOST_BYTES_KEPT = 1 << 23
const MOST_ROWS_KEPT = 1 << 17
const NOWHERE = -1

type Column = Uint8Array | Int32Array | Float64Array

export class RowColumns {
  count = 0
  /** Bytes of keys and values so far. */
  length = 0
  memory = new Memory(Buffer.allocUnsafeSlow(FIRST_BYTES))
  kinds = new Uint8Array(FIRST_ROWS)
  keyEnds = new Int32Array(FIRST_ROWS)
  valueEnds = new Int32Array(FIRST_ROWS)
  times = new Float64Array(FIRST_ROWS)
  available = new Float64Array(FIRST_ROWS)
  offsets = new Float64Array(FIRST_ROWS)
  /** Whether rows say who sent them: all of a batch, or none. */
  hasSent = false
  upstreams = new Int32Array(FIRST_ROWS)
  sequences = new Float64Array(FIRST_ROWS)
  origins = new PlaceRows()
  sources = new PlaceRows()

  /** Makes room for so many more rows. */
  reserveRows(more: number): void {
    const rows = this.count + more
    this.origins.reserve(rows)
    this.sources.reserve(rows)
    if (rows <= this.kinds.length) return
    const capacity = Math.max(rows, this.kinds.length * 2)
    this.kinds = grow(this.kinds, new Uint8Array(capacity))
    this.keyEnds = grow(this.keyEnds, new Int32Array(capacity))
    this.valueEnds = grow(this.valueEnds, new Int32Array(capacity))
    this.times = grow(this.times, new Float64Array(capacity))
    this.available = grow(this.available, new Float64Array(capacity))
    this.offsets = grow(this.offsets, new Float64Array(capacity))
    this.upstreams = grow(this.upstreams, new Int32Array(capacity))
    this.sequences = grow(this.sequences, new Float64Array(capacity))
  }

  /** Makes room for so many more bytes of keys and values. */
  reserveBytes(more: number): void {
    const { bytes } = this.memory
    if (this.length + more <= bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.length + more, bytes.length * 2))
    bytes.copy(grown, 0, 0, this.length)
    this.memory = new Memory(grown)
  }

  /** The rows so far as a batch; there are then none. */
  take(): StoredBatch {
    const { count } = this
    const baseOffset = this.offsets[0] ?? 0
    const hasGaps = (this.offsets[count - 1] ?? 0) - baseOffset !== count - 1
    const stored: StoredBatch = {
      from: 0,
      baseOffset,
      offsets: hasGaps ? this.offsets.slice(0, count) : undefined,
      batch: {
        count,
        bytes: copyOf(this.memory.bytes, this.length),
        kinds: this.kinds.slice(0, count),
        keyEnds: this.keyEnds.slice(0, count),
        valueEnds: this.valueEnds.slice(0, count),
        times: this.times.slice(0, count),
        available: this.available.slice(0, count),
        sent: this.hasSent
          ? { upstreams: this.upstreams.slice(0, count), sequences: this.sequences.slice(0, count) }
          : undefined,
        origins: this.origins.take(count),
        sources: this.sources.take(count),
      },
    }
    this.count = 0
    this.length = 0
    return stored
  }

  /** Whether they are worth keeping for the next fetch: not those of a huge one. */
  get isModest(): boolean {
    return this.memory.bytes.length <= MOST_BYTES_KEPT && this.kinds.length <= MOST_ROWS_KEPT
  }
}

/** Where rows came from. */
export class PlaceRows {
  #isUsed = false
  #names: string[] = []
  #known = new Map<string, number>()
  /** The bytes of the name that came last: names come in runs. */
  #last = Buffer.alloc(0)
  #lastIndex = NOWHERE
  #indexes = new Int32Array(FIRST_ROWS).fill(NOWHERE)
  #partitions = new Int32Array(FIRST_ROWS)
  #offsets = new Float64Array(FIRST_ROWS)

  /** `row` has the place whose name stands in bytes[start, end). */
  set(row: number, index: number, partition: number, offset: number): void {
    this.#isUsed = true
    this.#indexes[row] = index
    this.#partitions[row] = partition
    this.#offsets[row] = offset
  }

  unset(row: number): void {
    this.#indexes[row] = NOWHERE
  }

  /** The index of the name in bytes[start, end). */
  indexOf(bytes: Uint8Array, start: number, end: number): number {
    const last = this.#last
    if (this.#lastIndex >= 0 && last.length === end - start) {
      let at = 0
      while (at < last.length && last[at] === bytes[start + at]) at += 1
      if (at === last.length) return this.#lastIndex
    }
    this.#last = Buffer.from(bytes.subarray(start, end))
    const name = this.#last.toString()
    this.#lastIndex = this.#known.get(name) ?? this.#names.push(name) - 1
    this.#known.set(name, this.#lastIndex)
    return this.#lastIndex
  }

  reserve(rows: number): void {
    const from = this.#indexes.length
    if (rows <= from) return
    const capacity = Math.max(rows, from * 2)
    this.#indexes = grow(this.#indexes, new Int32Array(capacity)).fill(NOWHERE, from)
    this.#partitions = grow(this.#partitions, new Int32Array(capacity))
    this.#offsets = grow(this.#offsets, new Float64Array(capacity))
  }

  take(count: number): PlaceColumns | undefined {
    if (!this.#isUsed) return undefined
    const columns = {
      names: this.#names,
      indexes: this.#indexes.slice(0, count),
      partitions: this.#partitions.slice(0, count),
      offsets: this.#offsets.slice(0, count),
    }
    this.#isUsed = false
    this.#names = []
    this.#known.clear()
    this.#lastIndex = NOWHERE
    this.#indexes.fill(NOWHERE)
    return columns
  }
}

function copyOf(bytes: Buffer, length: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(length)
  bytes.copy(copy, 0, 0, length)
  return copy
}

function grow<A extends Column>(from: A, to: A): A {
  to.set(from)
  return to
}
