// A partition's log as a broker keeps it, in memory: batches of producers whose transactions
// interleave, markers among them, and what a fetch of any part of it answers.
import { BatchBuilder } from '../../batch-builder.ts'
import { RECORD } from '../../record-batch.ts'
import type { AbortedTransaction } from '../exchanges/fetch.ts'
import { crc32c } from './crc32c.ts'
import { IS_CONTROL, layout } from './layout.ts'
import { writeRecordBatch } from './record-batch-writer.ts'

/** `producer` writes rows, or ends its transaction; `plain` rows are of no transaction. */
export type Event =
  | { readonly producer: number; readonly rows: number; readonly isPlain?: boolean }
  | { readonly producer: number; readonly ends: 'commit' | 'abort' }

interface Entry {
  readonly first: number
  readonly last: number
  readonly bytes: Buffer
}

export interface StoredValue {
  readonly offset: number
  readonly value: string
}

interface Transaction extends AbortedTransaction {
  /** The marker's offset. */
  readonly lastOffset: number
}

export interface PartitionLog {
  readonly end: number
  /** The records that a reader of what is committed must see, from an offset on. */
  readonly committed: (from: number) => readonly StoredValue[]
  /**
   * As a broker answers a fetch at `from`: the batches from there on, cut behind so many bytes but
   * never within the first, and in the order of their ends the transactions aborted in them.
   */
  readonly fetch: (
    from: number,
    bytes?: number,
  ) => {
    readonly records: Buffer
    readonly aborted: readonly AbortedTransaction[]
  }
}

const NO_PRODUCER = -1
const MARKER_KEYS = { abort: '\0\0\0\0', commit: '\0\0\0\x01' }

export interface LogOptions {
  /** The key of every record. */
  readonly key?: string
  readonly compression?: number
}

/** What still runs at the end of `events` is aborted there. */
export function partitionLog(events: readonly Event[], options: LogOptions = {}): PartitionLog {
  const entries: Entry[] = []
  const aborted: Transaction[] = []
  const running = new Map<number, { first: number; values: StoredValue[] }>()
  const committed: StoredValue[] = []
  let next = 0
  const append = (entry: Omit<Batch, 'first'>): void => {
    const first = next
    next += entry.keys.length
    entries.push({ first, last: next - 1, bytes: encode({ ...entry, first }, options) })
  }
  const end = (producer: number, outcome: 'commit' | 'abort'): void => {
    const transaction = running.get(producer)
    if (transaction === undefined) return
    running.delete(producer)
    if (outcome === 'commit') committed.push(...transaction.values)
    else {
      const { first: firstOffset } = transaction
      aborted.push({ producerId: BigInt(producer), firstOffset, lastOffset: next })
    }
    append({ producer, keys: [MARKER_KEYS[outcome]], values: [''], isControl: true })
  }
  for (const event of events) {
    const { producer } = event
    if ('ends' in event) {
      end(producer, event.ends)
      continue
    }
    const isPlain = event.isPlain === true
    const values = Array.from({ length: event.rows }, (_, row) => {
      return { offset: next + row, value: `${producer} at ${next + row}` }
    })
    const known = running.get(producer) ?? { first: next, values: [] }
    if (isPlain) committed.push(...values)
    else running.set(producer, { ...known, values: [...known.values, ...values] })
    append({
      producer: isPlain ? NO_PRODUCER : producer,
      keys: values.map(() => options.key ?? 'k'),
      values: values.map(({ value }) => value),
      isControl: false,
    })
  }
  for (const producer of [...running.keys()]) end(producer, 'abort')
  const inOrder = committed.toSorted((one, other) => one.offset - other.offset)
  return {
    end: next,
    committed: (from) => inOrder.filter(({ offset }) => offset >= from),
    fetch: (from, bytes = Infinity) => fetchFrom(entries, aborted, from, bytes),
  }
}

function fetchFrom(
  entries: readonly Entry[],
  aborted: readonly Transaction[],
  from: number,
  bytes: number,
) {
  const wanted = entries.filter(({ last }) => last >= from)
  const most = Math.max(bytes, wanted[0]?.bytes.length ?? 0)
  const records = Buffer.concat(wanted.map((entry) => entry.bytes)).subarray(0, most)
  const end = endOf(wanted, records.length)
  const within = aborted.filter(({ firstOffset, lastOffset }) => {
    return lastOffset >= from && firstOffset < end
  })
  return {
    records,
    aborted: within.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
  }
}

/** The offset behind the last batch that begins within so many bytes. */
function endOf(entries: readonly Entry[], bytes: number): number {
  let at = 0
  let end = 0
  for (const { bytes: own, last } of entries) {
    if (at < bytes) end = last + 1
    at += own.length
  }
  return end
}

interface Batch {
  readonly first: number
  readonly producer: number
  readonly keys: readonly string[]
  readonly values: readonly string[]
  readonly isControl: boolean
}

function encode(batch: Batch, { compression = 0 }: LogOptions): Buffer {
  const { first, producer, keys, values, isControl } = batch
  const builder = new BatchBuilder()
  for (const [row, value] of values.entries()) {
    builder.add(RECORD, keys[row], Buffer.from(value), NaN, NaN)
  }
  const records = writeRecordBatch(builder.take(), 0, values.length, {
    producerId: BigInt(producer),
    producerEpoch: 0,
    baseSequence: producer < 0 ? -1 : 0,
    isTransactional: producer >= 0,
    timestamp: 1_700_000_000_000,
    prefix: undefined,
    compression: isControl ? 0 : compression,
  })
  const attributes = records.readInt16BE(layout.attributes) | (isControl ? IS_CONTROL : 0)
  records.writeInt16BE(attributes, layout.attributes)
  return sealed(records, first)
}

/** As a broker stores a batch: at its offset, and with the checksum of what it holds. */
export function sealed(records: Buffer, offset: number): Buffer {
  records.writeBigInt64BE(BigInt(offset), layout.baseOffset)
  records.writeUInt32BE(crc32c(records, layout.attributes), layout.checksum)
  return records
}
