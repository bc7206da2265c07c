// A place from which a partition is being read: what has come of it and was not asked for yet, and
// where the next request to the broker goes on. Every reader has a cursor of its own.
import type { Fetched, Position, StoredBatch } from '../../connector.ts'
import { offsetAt } from '../../stored-offset.ts'
import type { Framing } from '../registry/framing.ts'

/** What one answer brought: its batches, and where to read on behind each of them. */
interface Portion {
  readonly stored: StoredBatch
  readonly next: number
}

export class Cursor {
  readonly topic: string
  readonly partition: number
  readonly framing: Framing | undefined
  /** Where its reader asks next. */
  asked: number
  /** The last stable offset that an answer told. */
  stable = 0
  /** Where the next request to the broker begins. */
  next: number
  /** A request for it is under way. */
  isInFlight = false
  /** A call waits for it. */
  isClaimed = false
  /** Whether a broker has answered for it yet. */
  hasAnswer = false
  /** The last answer said that its offset is none of the partition's. */
  wasOutside = false
  /** Its reader does not wait for what is not there yet. */
  isUrgent = false
  /** Answers in a row that brought nothing. */
  emptyAnswers = 0
  /** What its reader is to be told, once. */
  fault: Error | undefined
  /** When its reader asked last, milliseconds; who never asks again is forgotten. */
  lastAsked: number
  /** Since when all requests have failed. */
  failingSince: number | undefined
  #ready: Portion[] = []
  #readyBytes = 0
  /** Where to read on when nothing is ready: over markers and aborted records. */
  #skipTo: number

  constructor({ topic, partition, offset }: Position, framing: Framing | undefined, now: number) {
    this.topic = topic
    this.partition = partition
    this.framing = framing
    this.asked = offset
    this.next = offset
    this.#skipTo = offset
    this.lastAsked = now
  }

  get id(): string {
    return `${this.topic}/${this.partition}`
  }

  /** Something to give: records, a way over markers, or a fault. */
  get hasNews(): boolean {
    return this.#ready.length > 0 || this.#skipTo > this.asked || this.fault !== undefined
  }

  get readyBytes(): number {
    return this.#readyBytes
  }

  /** Takes what an answer brought; `next` is behind all of it. */
  accept(batches: readonly StoredBatch[], next: number, stable: number): void {
    for (const [index, stored] of batches.entries()) {
      const following = batches[index + 1]
      const end = offsetAt(stored, stored.batch.count - 1) + 1
      this.#ready.push({ stored, next: following === undefined ? next : end })
      this.#readyBytes += stored.batch.bytes.length
    }
    this.emptyAnswers = next > this.next ? 0 : this.emptyAnswers + 1
    this.next = next
    this.stable = Math.max(stable, next)
    if (this.#ready.length === 0) this.#skipTo = next
    else if (batches.length === 0) this.#reachTo(next)
    this.hasAnswer = true
    this.wasOutside = false
    this.failingSince = undefined
  }

  /** About `most` records of what is ready, at least a batch where there is one. */
  take(most: number): Fetched {
    const { topic, partition } = this
    const batches: StoredBatch[] = []
    let rows = 0
    let next = Math.max(this.asked, this.#skipTo)
    let taken = 0
    for (const portion of this.#ready) {
      const { stored } = portion
      const more = stored.batch.count - stored.from
      if (taken > 0 && rows + more > most) break
      batches.push(stored)
      next = portion.next
      rows += more
      taken += 1
      this.#readyBytes -= stored.batch.bytes.length
    }
    this.#ready.splice(0, taken)
    this.asked = next
    this.#skipTo = next
    return { topic, partition, batches, next, stable: Math.max(this.stable, next) }
  }

  /** Markers behind what is ready belong to the last of it. */
  #reachTo(next: number): void {
    const last = this.#ready.pop()
    if (last !== undefined) this.#ready.push({ ...last, next })
  }
}
