// Reads one partition for a sink: committed records, decoded, in batches as the sink wants them. It
// holds what one fetch gave and one batch, however far the outside is behind.
import type { Log, StoredBatch } from '../../connectors/connector.ts'
import {
  keyStart,
  kindOf,
  RECORD,
  type RecordBatch,
  UNREADABLE,
  valueAt,
} from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { BatchWish, SinkClock, SinkRecord } from '../../sinks/sink.ts'
import type { ReadRow } from '../task/read-row.ts'

/** Usual bounds of a batch. */
const USUAL: Required<BatchWish> = { records: 5_000, bytes: 1_000_000, lingerMs: 5 }

/** So many rows are decoded at a stretch: a worker may run on the same thread. */
const PORTION = USUAL.records

/**
 * Whether the next batch is read while one is written. Of batches that are collected for long it
 * would be held for as long, and nothing were gained.
 */
export function readsAhead(wish: BatchWish | undefined): boolean {
  return (wish?.records ?? USUAL.records) <= PORTION
}

/** How long one fetch waits for news; whoever wants to stop waits as long at most. */
const WAIT_MS = 200
/** A position that has passed no record, but markers and heartbeats, is written so seldom. */
const EMPTY_EVERY_MS = 1_000

/** A row that is no record of the topic. */
export interface UnreadRow {
  readonly offset: number
  readonly reason: string
  /** The value as it stands on the log. */
  readonly bytes: Buffer | null
  readonly available: number
}

export interface ReadBatch {
  readonly from: number
  readonly next: number
  readonly records: readonly SinkRecord[]
  readonly unread: readonly UnreadRow[]
  /** The last stable offset when it was read. */
  readonly stable: number
}

export interface BatchReaderOptions {
  readonly log: Log
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly readRow: ReadRow
  readonly wish: BatchWish | undefined
  readonly clock: Pick<SinkClock, 'now' | 'pause'>
  /** Where to end, once that is known; a batch then waits for nothing. */
  readonly end: () => number | undefined
  readonly isStopping: () => boolean
}

export class BatchReader {
  readonly #options: BatchReaderOptions
  readonly #wish: Required<BatchWish>
  /** Fetched and not decoded yet. */
  #fetched: StoredBatch[] = []
  #row = 0
  /** The offset to fetch next. */
  #fetchFrom: number
  /** The `next` of the last batch. */
  #position: number
  #stable: number
  #lastAt: number

  constructor(options: BatchReaderOptions) {
    this.#options = options
    this.#wish = { ...USUAL, ...options.wish }
    this.#fetchFrom = options.from
    this.#position = options.from
    this.#stable = options.from
    this.#lastAt = options.clock.now()
  }

  /**
   * The next batch; undefined when it is stopping, or at its end.
   * @throws EngineError of the log.
   */
  async next(): Promise<ReadBatch | undefined> {
    const { clock, isStopping } = this.#options
    const building = new Building()
    for (;;) {
      this.#decode(building)
      if (isStopping()) return undefined
      const waitMs = this.#waitMs(building, clock.now())
      if (waitMs > 0) {
        await this.#fetch(waitMs)
        if (building.rows >= PORTION) await clock.pause(0)
        continue
      }
      const next = this.#fetched.length > 0 ? building.next : this.#fetchFrom
      if (next === this.#position) return undefined
      const { records, unread } = building
      const batch = { from: this.#position, next, records, unread, stable: this.#stable }
      this.#position = next
      this.#lastAt = clock.now()
      return batch
    }
  }

  /** 0: the batch is to be given as it is. */
  #waitMs(building: Building, now: number): number {
    const { rows, bytes } = building
    if (this.#fetched.length > 0) return 0
    if (rows >= this.#wish.records || bytes >= this.#wish.bytes) return 0
    const end = this.#options.end()
    if (end !== undefined) return this.#fetchFrom >= end ? 0 : WAIT_MS
    if (rows === 0) {
      const isDue = this.#fetchFrom > this.#position && now - this.#lastAt >= EMPTY_EVERY_MS
      return isDue ? 0 : WAIT_MS
    }
    building.firstAt ??= now
    return Math.min(WAIT_MS, Math.max(0, building.firstAt + this.#wish.lingerMs - now))
  }

  async #fetch(waitMs: number): Promise<void> {
    const { log, topic, partition } = this.#options
    const position = { topic, partition, offset: this.#fetchFrom }
    const maxRecords = Math.min(this.#wish.records, PORTION)
    const options = { maxRecords, waitMs: Math.ceil(waitMs) }
    const [fetched] = await log.fetch([position], options)
    if (fetched === undefined) throw new Error('a fetch without an answer')
    this.#fetched = [...fetched.batches]
    this.#row = fetched.batches[0]?.from ?? 0
    this.#fetchFrom = fetched.next
    this.#stable = fetched.stable
  }

  /** Until the batch is full, or nothing is left of what was fetched. */
  #decode(building: Building): void {
    const { records, bytes } = this.#wish
    for (let [stored] = this.#fetched; stored !== undefined; [stored] = this.#fetched) {
      for (; this.#row < stored.batch.count; this.#row += 1) {
        if (building.rows >= records || building.bytes >= bytes) {
          building.next = offsetAt(stored, this.#row)
          return
        }
        building.add(stored, this.#row, this.#options.readRow)
      }
      this.#fetched.shift()
      this.#row = this.#fetched[0]?.from ?? 0
    }
  }
}

/** A batch that is being put together. */
class Building {
  readonly records: SinkRecord[] = []
  readonly unread: UnreadRow[] = []
  bytes = 0
  /** When the first of it came. */
  firstAt: number | undefined
  /** The offset of the first row that found no room. */
  next = NaN

  get rows(): number {
    return this.records.length + this.unread.length
  }

  add(stored: StoredBatch, row: number, read: ReadRow): void {
    const { batch } = stored
    const kind = kindOf(batch, row)
    if (kind !== RECORD && kind !== UNREADABLE) return
    this.bytes += (batch.valueEnds[row] ?? 0) - keyStart(batch, row)
    const offset = offsetAt(stored, row)
    const { record, problem, available } = read(batch, row)
    if (record === undefined) {
      this.unread.push(unreadRow(batch, row, { offset, reason: problem ?? '', available }))
      return
    }
    const { key, value, time } = record
    this.records.push({ offset, key, value, time, available })
  }
}

function unreadRow(
  batch: RecordBatch,
  row: number,
  about: Pick<UnreadRow, 'offset' | 'reason' | 'available'>,
): UnreadRow {
  const bytes = valueAt(batch, row)
  // A view would keep all that was fetched with it.
  return { ...about, bytes: bytes && Buffer.from(bytes) }
}
