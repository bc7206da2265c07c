// Lanes as one sequence: rows by (instant, partition, offset), in portions, so that nothing is
// awaited per record. Each lane holds what one fetch gives, so memory stays flat.
import type { Log, StoredBatch } from '../../connectors/connector.ts'
import { kindOf, RECORD, type RecordBatch } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { InstantOf, Lane } from './lanes.ts'

export interface MergeOptions<T> {
  readonly instantOf: InstantOf
  /** Called for each row in order; what it returns must not hold on to the batch. */
  readonly read: (batch: RecordBatch, row: number) => T
}

/** Rows in a portion, at most. */
const PORTION = 1_000
/** A lane asks for as many; it gets a chunk at least. */
const FETCHED = 2_000

export async function* mergedRows<T>(
  log: Log,
  lanes: readonly Lane[],
  { instantOf, read }: MergeOptions<T>,
): AsyncGenerator<readonly T[], void, undefined> {
  const cursors: Cursor[] = []
  for (const lane of lanes) {
    const cursor = new Cursor(log, lane, instantOf)
    if (await cursor.advance()) cursors.push(cursor)
  }
  cursors.sort(compare)
  let portion: T[] = []
  for (let first = cursors[0]; first !== undefined; first = cursors[0]) {
    const { stored } = first
    if (stored === undefined) throw new Error('a lane that stands at no row')
    portion.push(read(stored.batch, first.row))
    if (portion.length === PORTION) {
      yield portion
      portion = []
    }
    if (first.step() || (await first.advance())) sink(cursors)
    else cursors.shift()
  }
  if (portion.length > 0) yield portion
}

/** The first has moved on: brings it to its place among those behind it. */
function sink(cursors: Cursor[]): void {
  for (let at = 0; at + 1 < cursors.length; at += 1) {
    const [own, next] = [cursors[at], cursors[at + 1]]
    if (own === undefined || next === undefined || compare(own, next) <= 0) return
    cursors[at] = next
    cursors[at + 1] = own
  }
}

function compare(a: Cursor, b: Cursor): number {
  // Two of minus infinity have no difference.
  if (a.instant !== b.instant) return a.instant < b.instant ? -1 : 1
  return a.lane.partition - b.lane.partition || a.offset - b.offset
}

/** Where a lane stands. */
class Cursor {
  readonly lane: Lane
  stored: StoredBatch | undefined
  row = 0
  offset = -1
  instant = Number.NEGATIVE_INFINITY
  readonly #log: Log
  readonly #instantOf: InstantOf
  /** Which stretch it is in: index of its first offset. */
  #stretch = 0
  /** What lies before it has been read. */
  #position = 0
  /** Batches of the last fetch behind `stored`, the next one last. */
  #batches: StoredBatch[] = []

  constructor(log: Log, lane: Lane, instantOf: InstantOf) {
    this.#log = log
    this.lane = lane
    this.#instantOf = instantOf
  }

  /** Goes to the next row, if that can be done without fetching. */
  step(): boolean {
    const { stored } = this
    if (stored === undefined) return false
    const { stretches } = this.lane
    for (let row = this.row + 1; row < stored.batch.count; row += 1) {
      const offset = offsetAt(stored, row)
      const start = stretches[this.#stretchAt(offset)]
      if (start === undefined) break
      if (offset < start || kindOf(stored.batch, row) !== RECORD) continue
      this.row = row
      this.offset = offset
      this.instant = this.#instantOf(stored.batch, row)
      return true
    }
    this.#position = offsetAt(stored, stored.batch.count - 1) + 1
    this.stored = undefined
    return false
  }

  /** Goes to the next row; false if there is none. */
  async advance(): Promise<boolean> {
    for (;;) {
      const start = this.lane.stretches[this.#stretchAt(this.#position)]
      if (start === undefined) return false
      const stored = this.#batches.pop()
      if (stored === undefined) {
        await this.#fetch(Math.max(start, this.#position))
        continue
      }
      this.stored = stored
      this.row = stored.from - 1
      if (this.step()) return true
    }
  }

  /** The stretch that holds the offset, or the one behind it. */
  #stretchAt(offset: number): number {
    const { stretches } = this.lane
    while (offset > (stretches[this.#stretch + 1] ?? Number.POSITIVE_INFINITY)) this.#stretch += 2
    return this.#stretch
  }

  async #fetch(offset: number): Promise<void> {
    const { topic, partition } = this.lane
    const options = { maxRecords: FETCHED, waitMs: 0 }
    const [fetched] = await this.#log.fetch([{ topic, partition, offset }], options)
    if (fetched === undefined || fetched.next <= offset) {
      throw new Error(`${topic}/${partition}@${offset} cannot be read again`)
    }
    this.#batches = fetched.batches.toReversed()
    this.#position = fetched.batches.length === 0 ? fetched.next : offset
  }
}
