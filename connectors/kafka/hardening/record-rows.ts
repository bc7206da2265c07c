// Reads the records of Kafka's batches into rows of our columns. Whatever the bytes are, nothing
// outside them is read, and what does not fit together is an EngineError `log-damaged`.
import type { PartitionId, StoredBatch } from '../../connector.ts'
import { kindBits, RECORD, UNREADABLE } from '../../record-batch.ts'
import type { Unframe } from '../registry/framing.ts'
import { type BatchHeader, damaged } from './batch-header.ts'
import { copyBytes, Memory } from './copy-bytes.ts'
import { HAS_SENT, KIND } from './envelope.ts'
import { envelopeFlags, readEnvelope } from './envelope-reader.ts'
import {
  ENVELOPE_NAME_BYTES,
  ENVELOPE_NAME_END,
  ENVELOPE_NAME_START,
  LEAST_RECORD_BYTES,
} from './layout.ts'
import type { RowColumns } from './row-columns.ts'
import { VarintReader } from './varint.ts'

export interface RowsAbout extends PartitionId {
  /** Records before it are left out. */
  readonly offset: number
  /** Takes values out of their frames; undefined where they have none. */
  readonly unframe: Unframe | undefined
  /**
   * Whether others write to the topic too: a record without an envelope is then theirs, with
   * Kafka's timestamp. Otherwise it is a row of ours without times.
   */
  readonly isShared: boolean
}

const MICROSECONDS = 1000
const NULL = -1
const NO_ENVELOPE = -1
const BAD_ENVELOPE =
  'its "millrace" header is not one that this version of Millrace reads; ' +
  'upgrade what reads, or write without that header'

export class RecordRows {
  readonly batches: StoredBatch[] = []
  readonly #about: RowsAbout
  readonly #columns: RowColumns
  readonly #cursor = new VarintReader(Buffer.alloc(0))
  #from = new Memory(Buffer.alloc(0))
  #timestamp = NaN
  // Where the parts of the record at hand stand; a start of -1: it is not there.
  #keyStart = NULL
  #keyEnd = 0
  #valueStart = NULL
  #valueEnd = 0
  #envelopeStart = NO_ENVELOPE
  #envelopeEnd = 0

  constructor(columns: RowColumns, about: RowsAbout) {
    this.#columns = columns
    this.#about = about
  }

  /** Reads the records of a batch, which stand in from[start, end). */
  read(header: BatchHeader, from: Memory, start: number, end: number): void {
    const { count, baseOffset, lastOffset } = header
    if (count * LEAST_RECORD_BYTES > end - start) throw this.#damaged(baseOffset)
    this.#columns.reserveRows(count)
    this.#columns.reserveBytes(end - start)
    this.#from = from
    this.#cursor.open(from.bytes, start, end)
    let last = baseOffset - 1
    for (let left = count; left > 0; left -= 1) {
      const offset = this.#readRecord(header)
      if (offset <= last || offset > lastOffset) throw this.#damaged(last + 1)
      last = offset
      if (offset >= this.#about.offset) this.#addRow(offset)
    }
    if (this.#cursor.at !== end) throw this.#damaged(last + 1)
  }

  /** Makes what was read so far a batch. */
  flush(): void {
    if (this.#columns.count > 0) this.batches.push(this.#columns.take())
  }

  /** Finds the parts of the next record; gives its offset. */
  #readRecord({ baseOffset, timestamp, hasOwnTimes }: BatchHeader): number {
    const cursor = this.#cursor
    const length = cursor.varint()
    const end = cursor.at + length
    cursor.byte() // attributes, which Kafka does not use
    const later = cursor.varlong()
    this.#timestamp = hasOwnTimes ? timestamp + later : timestamp
    const offset = baseOffset + cursor.varint()
    const keyLength = cursor.varint()
    this.#keyStart = keyLength === NULL ? NULL : cursor.skip(keyLength)
    this.#keyEnd = cursor.at
    const valueLength = cursor.varint()
    this.#valueStart = valueLength === NULL ? NULL : cursor.skip(valueLength)
    this.#valueEnd = cursor.at
    this.#envelopeStart = NO_ENVELOPE
    const headers = cursor.varint()
    for (let left = headers; left > 0 && !cursor.isDamaged; left -= 1) this.#readHeader()
    if (headers < 0 || cursor.isDamaged || cursor.at !== end) throw this.#damaged(offset)
    return offset
  }

  #readHeader(): void {
    const cursor = this.#cursor
    const nameLength = cursor.varint()
    const name = cursor.skip(nameLength)
    const length = cursor.varint()
    const start = length === NULL ? cursor.at : cursor.skip(length)
    if (nameLength !== ENVELOPE_NAME_BYTES || cursor.isDamaged) return
    const { view } = this.#from
    if (view.getInt32(name) !== ENVELOPE_NAME_START) return
    if (view.getInt32(name + 4) !== ENVELOPE_NAME_END) return
    this.#envelopeStart = start
    this.#envelopeEnd = cursor.at
  }

  #addRow(offset: number): void {
    const columns = this.#columns
    const start = this.#envelopeStart
    const flags = start < 0 ? RECORD : envelopeFlags(this.#from.bytes, start, this.#envelopeEnd)
    const hasSent = flags >= 0 && (flags & HAS_SENT) !== 0
    if (hasSent !== columns.hasSent) {
      this.flush()
      columns.hasSent = hasSent
    }
    const row = columns.count
    columns.offsets[row] = offset
    if (start < 0) {
      const { isShared } = this.#about
      columns.times[row] = isShared && this.#timestamp >= 0 ? this.#timestamp * MICROSECONDS : NaN
      columns.available[row] = NaN
      this.#addValue(row, RECORD)
    } else if (flags >= 0 && this.#readEnvelope(row)) this.#addValue(row, flags & KIND)
    else this.#addBadEnvelope(row, offset)
    columns.count = row + 1
  }

  #readEnvelope(row: number): boolean {
    return readEnvelope(this.#from, this.#envelopeStart, this.#envelopeEnd, this.#columns, row)
  }

  /** A stranger may write any header; in a topic of our own it is a newer version's, or damage. */
  #addBadEnvelope(row: number, offset: number): void {
    if (!this.#about.isShared) throw damaged(this.#about, offset, BAD_ENVELOPE)
    const columns = this.#columns
    columns.times[row] = this.#timestamp >= 0 ? this.#timestamp * MICROSECONDS : NaN
    columns.available[row] = NaN
    columns.upstreams[row] = NULL
    columns.sequences[row] = NULL
    this.#addUnreadable(row, BAD_ENVELOPE)
  }

  #addValue(row: number, kind: number): void {
    const { unframe } = this.#about
    const hasValue = this.#valueStart >= 0
    if (unframe === undefined || !hasValue || kind !== RECORD) {
      this.#addBytes(row, kind, this.#valueStart)
      return
    }
    const { bytes } = this.#from
    const body = unframe.bodyAt(bytes, this.#valueStart, this.#valueEnd)
    if (body >= 0) {
      this.#addBytes(row, kind, body)
      return
    }
    const converted = unframe.convert(bytes, this.#valueStart, this.#valueEnd)
    if (typeof converted === 'string') this.#addUnreadable(row, converted)
    else this.#addConverted(row, converted)
  }

  /** The key, and the value from `valueStart` on. */
  #addBytes(row: number, kind: number, valueStart: number): void {
    const columns = this.#columns
    const hasKey = this.#keyStart >= 0
    const hasValue = valueStart >= 0
    let at = columns.length
    if (hasKey) at = copyBytes(this.#from, this.#keyStart, this.#keyEnd, columns.memory, at)
    columns.keyEnds[row] = at
    if (hasValue) at = copyBytes(this.#from, valueStart, this.#valueEnd, columns.memory, at)
    this.#endRow(row, kindBits(kind, hasKey, hasValue), at)
  }

  /** Room was made for the bytes as they came: what takes their place may be longer. */
  #addConverted(row: number, value: Uint8Array): void {
    const columns = this.#columns
    columns.reserveBytes(value.length + this.#bytesLeft())
    let at = columns.length
    const hasKey = this.#keyStart >= 0
    if (hasKey) at = copyBytes(this.#from, this.#keyStart, this.#keyEnd, columns.memory, at)
    columns.keyEnds[row] = at
    columns.memory.bytes.set(value, at)
    this.#endRow(row, kindBits(RECORD, hasKey, true), at + value.length)
  }

  /** The reason as the key, the bytes as they came as the value. */
  #addUnreadable(row: number, reason: string): void {
    const columns = this.#columns
    const key = Buffer.from(reason)
    columns.reserveBytes(key.length + this.#bytesLeft())
    let at = columns.length + key.copy(columns.memory.bytes, columns.length)
    columns.keyEnds[row] = at
    const hasValue = this.#valueStart >= 0
    if (hasValue) at = copyBytes(this.#from, this.#valueStart, this.#valueEnd, columns.memory, at)
    this.#endRow(row, kindBits(UNREADABLE, true, hasValue), at)
  }

  /** From this record's key on: no more than that is to be copied of the batch. */
  #bytesLeft(): number {
    return this.#cursor.end - (this.#keyStart >= 0 ? this.#keyStart : this.#keyEnd)
  }

  #endRow(row: number, kind: number, end: number): void {
    this.#columns.kinds[row] = kind
    this.#columns.valueEnds[row] = end
    this.#columns.length = end
  }

  #damaged(offset: number) {
    const what = 'the records of a batch do not fit together, though its checksum does'
    return damaged(this.#about, offset, what)
  }
}
