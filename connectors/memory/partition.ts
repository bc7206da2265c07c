// One partition in memory: batches as they were appended, under offsets that count transaction
// markers as Kafka's do. Readers see what lies below the first record of any open transaction;
// what was aborted is no longer there.
import type { StoredBatch } from '../connector.ts'
import type { RecordBatch } from '../record-batch.ts'
import { compact } from './compaction.ts'
import { lowerBound, rowAt, type Segment, type Transaction } from './segment.ts'

export interface CompactionOptions {
  /**
   * Where only the latest is kept, a partition is compacted when its rows exceed twice those that
   * the last compaction left by this many.
   */
  readonly compactAfter: number
}

export class Partition {
  #first = 0
  #end = 0
  #segments: Segment[] = []
  /** Open transactions and their first offsets here; the earliest comes first. */
  readonly #open = new Map<Transaction, number>()
  readonly #compaction: CompactionOptions | undefined
  #rows = 0
  #rowsBeforeCompaction: number

  /** @param compaction Undefined: every record is kept. */
  constructor(compaction: CompactionOptions | undefined) {
    this.#compaction = compaction
    this.#rowsBeforeCompaction = compaction?.compactAfter ?? Infinity
  }

  /** Below it, records were deleted. */
  get first(): number {
    return this.#first
  }

  /** The last stable offset. */
  get stable(): number {
    for (const first of this.#open.values()) return first
    return this.#end
  }

  /** The offset that the next record takes. */
  get end(): number {
    return this.#end
  }

  append(batch: RecordBatch, transaction: Transaction): void {
    if (!this.#open.has(transaction)) this.#open.set(transaction, this.#end)
    const stored = { batch, from: 0, baseOffset: this.#end, offsets: undefined }
    this.#end += batch.count
    this.#rows += batch.count
    this.#segments.push({ stored, next: this.#end, transaction })
  }

  /** Decides on what the transaction has appended, with a marker that takes one offset. */
  decide(transaction: Transaction, decision: 'commit' | 'abort'): void {
    const first = this.#open.get(transaction)
    if (first === undefined) throw new Error('a decision on nothing that is open')
    this.#open.delete(transaction)
    this.#end += 1
    if (decision === 'abort') {
      const at = this.#segmentAt(first)
      const others = this.#segments.slice(at).filter((each) => each.transaction !== transaction)
      this.#replace(at, this.#segments.length, others)
    }
    if (this.#rows > this.#rowsBeforeCompaction) this.#compact()
  }

  /** Batches from `offset` on, about `maxRecords` of their records; and where to read on. */
  read(offset: number, maxRecords: number): { batches: readonly StoredBatch[]; next: number } {
    const { stable } = this
    const batches: StoredBatch[] = []
    let room = maxRecords
    for (let at = this.#segmentAt(offset); at < this.#segments.length; at += 1) {
      const segment = this.#segments[at]
      if (segment === undefined || segment.stored.baseOffset >= stable) break
      const from = rowAt(segment.stored, offset)
      const rows = segment.stored.batch.count - from
      if (batches.length > 0 && rows > room) {
        return { batches, next: this.#segments[at - 1]?.next ?? offset }
      }
      batches.push(from === 0 ? segment.stored : { ...segment.stored, from })
      room -= rows
    }
    return { batches, next: Math.max(offset, stable) }
  }

  /** Never deletes what is not readable yet. */
  deleteBefore(offset: number): void {
    this.#first = Math.max(this.#first, Math.min(offset, this.stable))
    this.#replace(0, this.#segmentAt(this.#first), [])
  }

  /** The first segment with records at or behind the offset. */
  #segmentAt(offset: number): number {
    return lowerBound(this.#segments.length, (at) => (this.#segments[at]?.next ?? 0) > offset)
  }

  #compact(): void {
    const { stable } = this
    const cut = lowerBound(
      this.#segments.length,
      (at) => (this.#segments[at]?.stored.baseOffset ?? 0) >= stable,
    )
    this.#replace(0, cut, compact(this.#segments.slice(0, cut)))
    this.#rowsBeforeCompaction = 2 * this.#rows + (this.#compaction?.compactAfter ?? Infinity)
  }

  /** Puts others in the place of the segments from `from` to before `to`. */
  #replace(from: number, to: number, others: readonly Segment[]): void {
    this.#rows += rowsOf(others) - rowsOf(this.#segments.slice(from, to))
    if (others.length === 0) this.#segments.splice(from, to - from)
    else this.#segments = this.#segments.slice(0, from).concat(others, this.#segments.slice(to))
  }
}

function rowsOf(segments: readonly Segment[]): number {
  return segments.reduce((rows, { stored }) => rows + stored.batch.count, 0)
}
