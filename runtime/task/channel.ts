// One ordered input of a task: rows of batches in the order of the log, its clock the running
// maximum of `available`. The head is read when the merge first asks for it.
import type { StoredBatch } from '../../connectors/connector.ts'
import { END, HEARTBEAT, kindOf, RECORD } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { StepRecord } from '../../operators/operator.ts'
import type { ChannelLayout } from '../layout.ts'
import type { ReadRow } from './read-row.ts'

/** Rows of one batch that belong to a channel. */
interface Segment {
  readonly stored: StoredBatch
  /** Undefined: every row. */
  readonly rows: Int32Array | undefined
  next: number
  readonly end: number
}

/** A decision to go on without an upstream task: from its record `number` on nothing is earlier. */
interface Floor {
  readonly number: number
  clock: number
}

/** Where a channel stood at a commit. */
export interface ChannelState {
  readonly clock: number
  readonly sequence: number
  /** The offset after the row taken last; rows before it are read again in vain. */
  readonly offset: number
  readonly hasEnded: boolean
}

export class Channel {
  readonly layout: ChannelLayout
  /** Place in the merge order of its task. */
  readonly index: number
  /** The clock of what was taken last. */
  clock = Number.NEGATIVE_INFINITY
  /** The number that the next record of an upstream task carries. */
  sequence = 0
  /** The offset after the row taken last. */
  offset = 0
  /** The last row said that nothing is expected; if that holds, it holds nobody up. */
  hasEnded = false
  /** Whether an end at that clock holds: that of an earlier run does not. */
  endHolds: (clock: number) => boolean = () => true
  /** Rows that wait. */
  waiting = 0
  // The head, while `hasHead`.
  hasHead = false
  headKind = RECORD
  headClock = Number.NEGATIVE_INFINITY
  /** The record; undefined for a heartbeat, and for what cannot be read. */
  headRecord: StepRecord | undefined
  /** Why the head cannot be read. */
  headProblem: string | undefined
  headBatch: StoredBatch | undefined
  headRow = 0
  readonly #read: ReadRow
  #segments: Segment[] = []
  /** Those that the channel has not come to, by number. */
  readonly #floors: Floor[] = []
  /** What counts as its clock while its own is earlier. */
  #floor = Number.NEGATIVE_INFINITY

  constructor(layout: ChannelLayout, index: number, read: ReadRow) {
    this.layout = layout
    this.index = index
    this.#read = read
  }

  /** Rows [next, end) of `rows`, or of the batch itself. */
  add(stored: StoredBatch, rows: Int32Array | undefined, next: number, end: number): void {
    if (next >= end) return
    this.#segments.push({ stored, rows, next, end })
    this.waiting += end - next
  }

  /** The earliest clock that its next item can have; of an ended one that is empty: infinity. */
  bound(): number {
    if (this.hasHead || this.readHead()) return this.headClock
    return this.hasEnded && this.endHolds(this.clock) ? Number.POSITIVE_INFINITY : this.leastClock
  }

  /** The earliest clock that a row behind those taken can have. */
  get leastClock(): number {
    return Math.max(this.clock, this.#floor)
  }

  /**
   * Of an upstream task: nothing from its record `number` on counts as known before the clock.
   * None of those that wait may be such a record.
   */
  raise(number: number, clock: number): void {
    const last = this.#floors.at(-1)
    if (last?.number === number) last.clock = Math.max(last.clock, clock)
    else this.#floors.push({ number, clock })
    if (last !== undefined && last.number > number) {
      this.#floors.sort((a, b) => a.number - b.number)
    }
    this.#comeToFloors()
  }

  /** Takes the head off. */
  advance(): void {
    const segment = this.#segments[0]
    if (segment === undefined || !this.hasHead) throw new Error('a channel without a head')
    this.clock = this.headClock
    this.hasEnded = this.headKind === END
    this.offset = offsetAt(segment.stored, this.headRow) + 1
    if (this.layout.upstream >= 0 && this.headKind === RECORD) {
      this.sequence += 1
      if (this.#floors.length > 0) this.#comeToFloors()
    }
    this.hasHead = false
    this.waiting -= 1
    segment.next += 1
    if (segment.next === segment.end) this.#segments.shift()
  }

  /** The offset of the first row that was not taken; undefined if none waits. */
  get firstWaiting(): number | undefined {
    const segment = this.#segments[0]
    if (segment === undefined) return undefined
    return offsetAt(segment.stored, rowAt(segment))
  }

  /** About the greatest clock of what waits: of head and last row. Its own if none waits. */
  get lastClock(): number {
    const segment = this.#segments.at(-1)
    if (segment === undefined) return this.clock
    const clock = this.hasHead ? this.headClock : this.clock
    const { batch } = segment.stored
    const row = segment.rows === undefined ? segment.end - 1 : (segment.rows[segment.end - 1] ?? 0)
    const kind = kindOf(batch, row)
    const isMark = kind === HEARTBEAT || kind === END
    return later(clock, isMark ? batch.available[row] : this.#read(batch, row).available)
  }

  get state(): ChannelState {
    const { clock, sequence, offset, hasEnded } = this
    return { clock, sequence, offset, hasEnded }
  }

  restore({ clock, sequence, offset, hasEnded }: ChannelState): void {
    this.clock = clock
    this.sequence = sequence
    this.offset = offset
    this.hasEnded = hasEnded
  }

  /** Reads the next row, to be called without a head; false if none waits. */
  readHead(): boolean {
    const segment = this.#segments[0]
    if (segment === undefined) return false
    const { stored } = segment
    const row = rowAt(segment)
    this.headBatch = stored
    this.headRow = row
    this.headKind = kindOf(stored.batch, row)
    this.hasHead = true
    if (this.headKind === HEARTBEAT || this.headKind === END) {
      this.headRecord = undefined
      this.headProblem = undefined
      this.headClock = later(this.leastClock, stored.batch.available[row])
      return true
    }
    this.#checkSequence(stored, row)
    const read = this.#read(stored.batch, row)
    this.headRecord = read.record
    this.headProblem = read.problem
    this.headClock = later(this.leastClock, read.available)
    return true
  }

  #comeToFloors(): void {
    for (let first = this.#floors[0]; first !== undefined; first = this.#floors[0]) {
      if (first.number > this.sequence) return
      this.#floors.shift()
      this.#floor = Math.max(this.#floor, first.clock)
    }
  }

  /** A record that is missing or there twice would be a fault of ours: better to stop. */
  #checkSequence({ batch }: StoredBatch, row: number): void {
    if (this.layout.upstream < 0) return
    const sequence = batch.sent?.sequences[row]
    if (sequence === this.sequence) return
    const { topic, partition, upstream } = this.layout
    throw new Error(
      `${topic}/${partition} brings number ${sequence} of task ${upstream} ` +
        `where ${this.sequence} is next`,
    )
  }
}

function rowAt({ rows, next }: Segment): number {
  return rows === undefined ? next : (rows[next] ?? 0)
}

/** An unknown time moves no clock. */
function later(clock: number, available: number | undefined): number {
  return available !== undefined && available > clock ? available : clock
}
