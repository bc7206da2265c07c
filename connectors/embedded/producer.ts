// Writers of an embedded log. A transaction is one of LMDB's: the check that nobody has taken the
// name since, records and entries stand in it together.
import type { Producer, Writes } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Scratch } from './chunk.ts'
import { compactIfGrown } from './compaction.ts'
import { putEntry } from './entries.ts'
import type { Database } from './environment.ts'
import { producerKey } from './keys.ts'
import { appendBatch, deleteOlder } from './partition.ts'
import type { Topics } from './topics.ts'

export interface WriteAccess {
  readonly database: Database
  readonly topics: Topics
  readonly scratch: Scratch
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Runs `act` as one transaction of the log's owner. */
  readonly write: (act: () => void) => void
}

const MICROSECONDS = 1_000

export function openProducer(access: WriteAccess, name: string): Producer {
  const { database, write } = access
  const key = producerKey(name)
  let epoch = 0
  write(() => {
    epoch = epochOf(database, key) + 1
    const stored = Buffer.alloc(8)
    stored.writeDoubleBE(epoch)
    database.putSync(key, stored)
  })
  let isClosed = false
  return {
    name,
    epoch,
    transact: (writes) => {
      if (isClosed) return Promise.reject(new Error(`the producer "${name}" is closed`))
      return settle(() => {
        write(() => {
          if (epochOf(database, key) !== epoch) throw fenced(name, epoch)
          writeAll(access, writes)
        })
        return []
      })
    },
    close: () => {
      isClosed = true
      return Promise.resolve()
    },
  }
}

/** What `act` returns or throws, as a promise. */
export function settle<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(act())
  })
}

function writeAll({ database, topics, scratch, now }: WriteAccess, writes: Writes): void {
  const appended = now() * MICROSECONDS
  for (const { topic: name, partition, batch } of writes.appends) {
    const topic = topics.of(name, partition)
    const place = { database, topic, partition }
    appendBatch(place, batch, { appended, scratch })
    const { retention } = topic.spec
    if (retention !== undefined) deleteOlder(place, appended - retention)
    compactIfGrown(place, scratch)
  }
  for (const put of writes.puts) putEntry(database, put)
}

function epochOf(database: Database, key: Buffer): number {
  return database.getBinaryFast(key)?.readDoubleBE(0) ?? 0
}

function fenced(name: string, epoch: number): EngineError {
  return new EngineError(
    'fenced',
    `the producer "${name}" was opened anew, so epoch ${epoch} writes no more; ` +
      'go on with the new one',
    { coordinates: { producer: name, epoch } },
  )
}
