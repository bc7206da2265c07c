// Rows of our columns as Kafka's record batches, in one pass into memory that is used again. It
// cures that kafkajs 2.2.4 makes an object, two growing encoders and several copies of each record,
// and takes time that grows with the square of a partition's messages to group them.
import { hasKey, hasValue, keyStart, kindOf, RECORD, type RecordBatch } from '../../record-batch.ts'
import { compressionOf } from '../compression/index.ts'
import { copyBytes, Memory } from './copy-bytes.ts'
import { crc32c } from './crc32c.ts'
import { EnvelopeWriter } from './envelope.ts'
import {
  ENVELOPE_NAME_BYTES,
  ENVELOPE_NAME_END,
  ENVELOPE_NAME_START,
  IS_TRANSACTIONAL,
  LENGTH_END,
  layout,
  MAGIC,
} from './layout.ts'
import { varintSize, writeVarint } from './varint.ts'

export interface WriteOptions {
  /** -1: neither transactional nor idempotent. */
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Sequence of row `from`; -1 without a producer id. */
  readonly baseSequence: number
  readonly isTransactional: boolean
  /** Milliseconds since 1970, of every record. */
  readonly timestamp: number
  /** Put before the value of every RECORD row that has one. */
  readonly prefix: Buffer | undefined
  /** 0: none. */
  readonly compression: number
  /**
   * Whether others write to the topic too, so that a plain record of ours needs an envelope to be
   * told from theirs. Where this is left out: whether there is a prefix.
   */
  readonly isShared?: boolean
}

/** Rows [from, to) as one record batch. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly records: Buffer
}

/** Rows [from, to) as one record batch, in memory of its own. */
export function writeRecordBatch(
  batch: RecordBatch,
  from: number,
  to: number,
  options: WriteOptions,
): Buffer {
  return new PieceWriter(batch, options).write(from, to, options.baseSequence, Infinity).records
}

/**
 * Rows [from, to) as record batches of at most `maxBytes` before they are compressed, each with the
 * sequence that follows the one before it. A row that is greater alone is a piece by itself.
 */
export function writePieces(
  batch: RecordBatch,
  from: number,
  to: number,
  options: WriteOptions,
  maxBytes: number,
): readonly Piece[] {
  const writer = new PieceWriter(batch, options)
  const pieces: Piece[] = []
  for (let next = from; next < to; next = pieces.at(-1)?.to ?? to) {
    const sequence = sequenceAfter(options.baseSequence, next - from)
    pieces.push(writer.write(next, to, sequence, maxBytes))
  }
  return pieces
}

const SEQUENCES = 2 ** 31

/** The sequence `rows` after this one: they begin again at 0 behind 2^31 - 1. */
export function sequenceAfter(sequence: number, rows: number): number {
  return sequence < 0 ? sequence : (sequence + rows) % SEQUENCES
}

const FIRST_BYTES = 1 << 16
/** Memory beyond this is not kept for the next batch. */
const MOST_KEPT = 1 << 23
/** Of a record: attributes, six varints of five bytes, the envelope's name. */
const MOST_BESIDE = 64
const NULL = -1
const UNKNOWN_LEADER_EPOCH = -1
/** Envelopes below this have a length of one byte. */
const SHORT = 64

let kept = new Memory(Buffer.allocUnsafeSlow(FIRST_BYTES))

class PieceWriter {
  readonly #batch: RecordBatch
  readonly #options: WriteOptions
  readonly #source: Memory
  readonly #envelopes: EnvelopeWriter
  readonly #prefix: Memory
  readonly #isShared: boolean
  #to = kept
  /** How many bytes the last record's length took: the next one's nearly always takes as many. */
  #lengthBytes = 1

  constructor(batch: RecordBatch, options: WriteOptions) {
    this.#batch = batch
    this.#options = options
    this.#source = new Memory(batch.bytes)
    this.#envelopes = new EnvelopeWriter(batch)
    this.#prefix = new Memory(options.prefix ?? Buffer.alloc(0))
    this.#isShared = options.isShared ?? options.prefix !== undefined
  }

  write(from: number, to: number, sequence: number, maxBytes: number): Piece {
    let at: number = layout.records
    let row = from
    for (; row < to; row += 1) {
      const behind = this.#writeRow(row, row - from, at)
      if (behind > maxBytes && row > from) break
      at = behind
    }
    const records = this.#seal(row - from, at, sequence)
    if (this.#to.bytes.length <= MOST_KEPT) kept = this.#to
    return { from, to: row, records }
  }

  /** Writes a row's record; gives the position behind it. */
  #writeRow(row: number, offsetDelta: number, start: number): number {
    const batch = this.#batch
    const keyFrom = keyStart(batch, row)
    const keyEnd = batch.keyEnds[row] ?? 0
    const valueEnd = batch.valueEnds[row] ?? 0
    this.#reserve(start, valueEnd - keyFrom)
    const { bytes } = this.#to
    const body = start + this.#lengthBytes
    bytes[body] = 0 // attributes
    bytes[body + 1] = 0 // every timestamp is the first one
    let at = writeVarint(bytes, body + 2, offsetDelta)
    if (hasKey(batch, row)) {
      at = writeVarint(bytes, at, keyEnd - keyFrom)
      at = copyBytes(this.#source, keyFrom, keyEnd, this.#to, at)
    } else at = writeVarint(bytes, at, NULL)
    if (hasValue(batch, row)) at = this.#writeValue(row, keyEnd, valueEnd, at)
    else at = writeVarint(bytes, at, NULL)
    at = this.#writeEnvelope(row, at)
    return this.#writeLength(start, at)
  }

  #writeValue(row: number, start: number, end: number, at: number): number {
    const prefix = this.#prefix
    const { length } = prefix.bytes
    if (length === 0 || kindOf(this.#batch, row) !== RECORD) {
      at = writeVarint(this.#to.bytes, at, end - start)
    } else {
      at = writeVarint(this.#to.bytes, at, length + end - start)
      at = copyBytes(prefix, 0, length, this.#to, at)
    }
    return copyBytes(this.#source, start, end, this.#to, at)
  }

  #writeEnvelope(row: number, at: number): number {
    const { bytes, view } = this.#to
    const flags = this.#envelopes.flags(row)
    if (flags === RECORD && !this.#isShared) {
      bytes[at] = 0 // no headers
      return at + 1
    }
    at = writeVarint(bytes, at, 1)
    at = writeVarint(bytes, at, ENVELOPE_NAME_BYTES)
    view.setInt32(at, ENVELOPE_NAME_START)
    view.setInt32(at + 4, ENVELOPE_NAME_END)
    at += ENVELOPE_NAME_BYTES
    const end = this.#envelopes.write(row, flags, this.#to, at + 1)
    const length = end - at - 1
    if (length < SHORT) {
      writeVarint(bytes, at, length)
      return end
    }
    const lengthBytes = varintSize(length)
    bytes.copyWithin(at + lengthBytes, at + 1, end)
    writeVarint(bytes, at, length)
    return end + lengthBytes - 1
  }

  /** Its length was left room for by what the last one took; gives the position behind the row. */
  #writeLength(start: number, end: number): number {
    const { bytes } = this.#to
    const body = start + this.#lengthBytes
    const length = end - body
    const lengthBytes = varintSize(length)
    if (lengthBytes !== this.#lengthBytes) {
      bytes.copyWithin(start + lengthBytes, body, end)
      this.#lengthBytes = lengthBytes
    }
    writeVarint(bytes, start, length)
    return start + lengthBytes + length
  }

  #reserve(at: number, bytes: number): void {
    const most = at + bytes + this.#prefix.bytes.length + this.#envelopes.most + MOST_BESIDE
    if (most <= this.#to.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(most * 2)
    this.#to.bytes.copy(grown, 0, 0, at)
    this.#to = new Memory(grown)
  }

  /** Gives the batch of `count` records that end at `end`, in memory of its own. */
  #seal(count: number, end: number, sequence: number): Buffer {
    const { compression, isTransactional, producerId, producerEpoch, timestamp } = this.#options
    const batch = this.#copy(end, compression)
    batch.writeBigInt64BE(0n, layout.baseOffset)
    batch.writeInt32BE(batch.length - LENGTH_END, layout.length)
    batch.writeInt32BE(UNKNOWN_LEADER_EPOCH, layout.leaderEpoch)
    batch.writeInt8(MAGIC, layout.magic)
    batch.writeInt16BE(compression | (isTransactional ? IS_TRANSACTIONAL : 0), layout.attributes)
    batch.writeInt32BE(count - 1, layout.lastOffsetDelta)
    batch.writeBigInt64BE(BigInt(timestamp), layout.baseTimestamp)
    batch.writeBigInt64BE(BigInt(timestamp), layout.maxTimestamp)
    batch.writeBigInt64BE(producerId, layout.producerId)
    batch.writeInt16BE(producerEpoch, layout.producerEpoch)
    batch.writeInt32BE(sequence, layout.baseSequence)
    batch.writeInt32BE(count, layout.count)
    batch.writeUInt32BE(crc32c(batch, layout.attributes), layout.checksum)
    return batch
  }

  #copy(end: number, id: number): Buffer {
    const { bytes } = this.#to
    const records = bytes.subarray(layout.records, end)
    if (id === 0) {
      const batch = Buffer.allocUnsafeSlow(end)
      bytes.copy(batch, layout.records, layout.records, end)
      return batch
    }
    const compression = compressionOf(id)
    if (compression === undefined) throw new Error(`there is no compression ${id}`)
    const compressed = compression.compress(records)
    const batch = Buffer.allocUnsafeSlow(layout.records + compressed.length)
    batch.set(compressed, layout.records)
    return batch
  }
}
