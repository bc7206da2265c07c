// Brings a topic's history onto a log, in transactions of some ten thousand rows: what a file
// yields goes in, rows of the topic's partitions come out. Nothing is awaited per record.
import type { Producer } from '../connector.ts'
import type { InputItem } from '../file/input-record.ts'
import { END } from '../record-batch.ts'
import { FeedRows, type FeedTopic } from './feed-rows.ts'

export interface FeederOptions {
  readonly producer: Producer
  readonly topic: FeedTopic
  readonly partitions: number
}

/** Calls follow each other: one is awaited before the next. After an error it is of no use. */
export interface Feeder {
  /**
   * A record goes to the partition of its key. What could not be read, and a record without a
   * usable key or that its schema cannot hold, goes to partition 0 as an unreadable row. A
   * heartbeat goes to every partition.
   * @throws EngineError of the producer.
   */
  readonly add: (items: readonly InputItem[]) => Promise<void>
  /** Commits what was added so far. */
  readonly flush: () => Promise<void>
  /** Says in every partition that nothing more is expected, and commits. */
  readonly end: (available: number) => Promise<void>
  /** The greatest `available` of records and heartbeats added; -Infinity before the first. */
  readonly clock: number
  /** Records committed so far. */
  readonly records: number
  /** Unreadable rows committed so far. */
  readonly bad: number
}

const MOST_ROWS = 10_000
const MOST_BYTES = 1 << 23
/** Adding up bytes takes a step for each partition, so it is not done for every row. */
const ROWS_BETWEEN_LOOKS = 64

/**
 * @example
 * const feeder = createFeeder({ producer, topic: { topic: 'quotes.v1', schema, key: ['symbol'] },
 *   partitions: 4 })
 * for await (const items of readRecords('quotes.csv.gz', topic)) await feeder.add(items)
 * await feeder.end(feeder.clock)
 */
export function createFeeder({ producer, topic, partitions }: FeederOptions): Feeder {
  const rows = new FeedRows(topic, partitions)
  let [records, bad] = [0, 0]
  const flush = async (): Promise<void> => {
    if (rows.count === 0) return
    const held = { records: rows.records, bad: rows.bad }
    await producer.transact({ appends: rows.take(), puts: [] })
    records += held.records
    bad += held.bad
  }
  return {
    flush,
    add: async (items) => {
      for (let at = 0; at < items.length;) {
        at = addUntilFull(rows, items, at)
        if (isFull(rows)) await flush()
      }
    },
    end: async (available) => {
      rows.promise(END, available)
      await flush()
    },
    get clock() {
      return rows.clock
    },
    get records() {
      return records
    },
    get bad() {
      return bad
    },
  }
}

/** Adds from `at` on, and returns where to go on. */
function addUntilFull(rows: FeedRows, items: readonly InputItem[], at: number): number {
  let next = at
  while (next < items.length) {
    const end = Math.min(items.length, next + ROWS_BETWEEN_LOOKS)
    for (; next < end; next += 1) {
      const item = items[next]
      if (item !== undefined) rows.add(item)
    }
    if (isFull(rows)) break
  }
  return next
}

function isFull(rows: FeedRows): boolean {
  return rows.count >= MOST_ROWS || rows.bytes >= MOST_BYTES
}
