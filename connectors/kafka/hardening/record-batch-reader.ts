// Kafka's record batches, as a fetch brings them, into our columns: committed records alone, many
// small batches joined. It cures that kafkajs 2.2.4 makes an object with strings of each record,
// gives those of aborted transactions, and takes the bytes on trust.
import type { PartitionId, StoredBatch } from '../../connector.ts'
import { compressionOf } from '../compression/index.ts'
import type { AbortedTransaction } from '../exchanges/fetch.ts'
import type { Unframe } from '../registry/framing.ts'
import { abortFilter } from './abort-filter.ts'
import { type BatchHeader, damaged, readHeader } from './batch-header.ts'
import { Memory } from './copy-bytes.ts'
import { RecordRows } from './record-rows.ts'
import { RowColumns } from './row-columns.ts'

export interface ReadAbout extends PartitionId {
  /** Where to read from: records before it are left out, though they come with their batch. */
  readonly offset: number
  /** The last stable offset: nothing from there on is read. */
  readonly stable: number
  readonly aborted: readonly AbortedTransaction[]
  /** Takes values out of their frames; undefined where they have none. */
  readonly unframe: Unframe | undefined
  /**
   * Whether others write to the topic too, so that a record without an envelope has Kafka's
   * timestamp as its time; otherwise it has none. Left out: whether values are framed.
   */
  readonly isShared?: boolean
  /** Batches are joined until they have so many rows. */
  readonly joinRows?: number
}

export interface ReadBatches {
  readonly batches: readonly StoredBatch[]
  /** The offset behind the last whole batch, whatever it held. */
  readonly next: number
}

const JOIN_ROWS = 4096
const JOIN_BYTES = 1 << 22
/** A batch that holds more is refused: no producer means it. */
const MOST_DECOMPRESSED = 1 << 28

/** Nobody has it while a call is under way: one that fails leaves nothing to clear. */
let kept: RowColumns | undefined

/**
 * Reads all whole batches of what a fetch brought; the last one may be cut.
 * @throws EngineError `log-damaged` for bytes that are no record batches.
 * @throws UnknownSchema as `unframe` does: the call can be made again.
 */
export function readRecordBatches(records: Buffer, about: ReadAbout): ReadBatches {
  const { offset, stable, unframe, isShared = unframe !== undefined } = about
  const { topic, partition, joinRows = JOIN_ROWS } = about
  const passes = abortFilter(about.aborted)
  const columns = kept ?? new RowColumns()
  kept = undefined
  const rows = new RecordRows(columns, { topic, partition, offset, unframe, isShared })
  const from = new Memory(records)
  let next = offset
  let last = -1
  for (let at = 0; at < records.length;) {
    const header = readHeader(from, at, about)
    if (header === undefined && at === 0) throw damaged(about, offset, 'its first batch is cut')
    if (header === undefined || header.baseOffset >= stable) break
    if (header.baseOffset <= last) throw damaged(about, last + 1, 'its batches are not in order')
    last = header.lastOffset
    at = header.end
    if (passes(header) && last >= offset) readBatch(rows, from, header, about)
    if (columns.count >= joinRows || columns.length >= JOIN_BYTES) rows.flush()
    next = Math.max(next, last + 1)
  }
  rows.flush()
  if (columns.isModest) kept = columns
  return { batches: rows.batches, next }
}

function readBatch(rows: RecordRows, from: Memory, header: BatchHeader, place: PartitionId): void {
  const { start, end, compression: id, baseOffset } = header
  if (id === 0 || header.count === 0) {
    rows.read(header, from, start, header.count === 0 ? start : end)
    return
  }
  const compression = compressionOf(id)
  if (compression === undefined) {
    throw damaged(place, baseOffset, `a batch is compressed in way ${id}, which is not known`)
  }
  const bytes = decompress()
  rows.read(header, new Memory(bytes), 0, bytes.length)

  function decompress(): Buffer {
    const compressed = from.bytes.subarray(start, end)
    try {
      return compression?.decompress(compressed, MOST_DECOMPRESSED) ?? compressed
    } catch (error) {
      const what = `a batch is damaged inside, or more than ${MOST_DECOMPRESSED} bytes`
      throw damaged(place, baseOffset, what, error)
    }
  }
}
