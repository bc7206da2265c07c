// Follows a topic for those who watch it: committed records as they come, and the last record of
// each key. It reads the log beside the tasks, holds none of them up, and reads nothing while
// nobody watches.
import type { Fetched, Log, Position, StoredBatch } from '../../connectors/connector.ts'
import { kindOf, RECORD } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { Value } from '../../schemas/type.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import type { Pace } from '../pace.ts'
import { type ReadRow, readTopicRow } from '../task/read-row.ts'

export interface Update {
  readonly partition: number
  readonly offset: number
  /** Canonical text. */
  readonly key: string
  /** Null: the key was deleted. */
  readonly value: Value | null
  /** Event time, microseconds. */
  readonly time: number
}

/** By partition: the offset of the next record. */
export type Offsets = readonly number[]

/** What a watcher is told; it must not throw, and takes no time. */
export interface Watcher {
  readonly take: (updates: readonly Update[]) => void
  /** The log cannot be read; the tail goes on trying. */
  readonly onProblem: (error: unknown) => void
}

export interface TailOptions {
  readonly log: Log
  readonly topic: PlannedTopic
  readonly pace: Pace
}

/** Records of each partition that a tail begins before its end, where the topic is no table. */
const LOOK_BACK = 10_000
/** Keys whose last record is kept. */
const MOST_KEYS = 100_000
const FETCHED = 2_000
const WAIT_MS = 200
const RETRY_MS = 1_000

export class TopicTail {
  readonly #options: TailOptions
  readonly #read: ReadRow
  readonly #watchers = new Set<Watcher>()
  /** Those who watch, or wait for it to have begun. */
  users = 0
  /** The key that was written longest ago stands first. */
  readonly #last = new Map<string, Update>()
  #offsets: number[] = []
  #isClosed = false
  readonly #started: Promise<void>
  /** Ends when the tail was closed. Never rejects. */
  readonly done: Promise<void>

  constructor(options: TailOptions) {
    this.#options = options
    this.#read = readTopicRow(options.topic)
    let tell: () => void = () => undefined
    this.#started = new Promise((resolve) => {
      tell = resolve
    })
    this.done = this.#follow(tell)
  }

  /** The last record of each key, and where the topic is read on, once it was read to its end. */
  async snapshot(): Promise<{
    readonly last: ReadonlyMap<string, Update>
    readonly offsets: Offsets
  }> {
    await this.#started
    return { last: this.#last, offsets: this.#offsets }
  }

  /** To be called in the turn in which `offsets` or a snapshot was looked at: nothing is missed. */
  watch(watcher: Watcher): void {
    this.#watchers.add(watcher)
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  get offsets(): Offsets {
    return this.#offsets
  }

  close(): void {
    this.#isClosed = true
  }

  /** The records of a batch, without heartbeats and what cannot be read. */
  updatesOf(partition: number, stored: StoredBatch): readonly Update[] {
    const updates: Update[] = []
    const { batch } = stored
    for (let row = stored.from; row < batch.count; row += 1) {
      if (kindOf(batch, row) !== RECORD) continue
      const { record } = this.#read(batch, row)
      if (record === undefined) continue
      const { key, value, time } = record
      updates.push({ partition, offset: offsetAt(stored, row), key, value, time })
    }
    return updates
  }

  async #follow(onStarted: () => void): Promise<void> {
    const { log, topic, pace } = this.#options
    let ends: readonly number[] | undefined
    while (!this.#isClosed) {
      try {
        ends ??= await this.#begin()
        const isCaughtUp = this.#offsets.every((offset, at) => offset >= (ends?.[at] ?? 0))
        if (isCaughtUp) onStarted()
        const waitMs = isCaughtUp ? WAIT_MS : 0
        const positions = this.#offsets.map((offset, partition): Position => {
          return { topic: topic.topic, partition, offset }
        })
        for (const each of await log.fetch(positions, { maxRecords: FETCHED, waitMs })) {
          this.#take(each)
        }
      } catch (error) {
        for (const watcher of this.#watchers) watcher.onProblem(error)
        // What is gone by retention is passed over: a tail shows the present.
        ends = undefined
        await pace.pause(RETRY_MS)
      }
    }
    onStarted()
  }

  /** Where the topic ends now; the offsets to begin at are behind those that were read. */
  async #begin(): Promise<readonly number[]> {
    const { log, topic } = this.#options
    const ids = Array.from({ length: topic.partitions }, (_, partition) => {
      return { topic: topic.topic, partition }
    })
    const all = await log.bounds(ids)
    this.#offsets = all.map(({ first, stable }, partition) => {
      const start = topic.table === undefined ? Math.max(first, stable - LOOK_BACK) : first
      return Math.max(start, this.#offsets[partition] ?? 0)
    })
    return all.map(({ stable }) => stable)
  }

  #take({ partition, batches, next }: Fetched): void {
    const updates = batches.flatMap((stored) => this.updatesOf(partition, stored))
    for (const update of updates) {
      this.#last.delete(update.key)
      if (update.value !== null) this.#last.set(update.key, update)
    }
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= MOST_KEYS) break
      this.#last.delete(oldest)
    }
    this.#offsets[partition] = next
    if (updates.length === 0) return
    for (const watcher of this.#watchers) watcher.take(updates)
  }
}
