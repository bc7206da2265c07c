// The embedded log: topics, tables and producers' epochs in one LMDB environment, the default log,
// without a server. A transaction that was acknowledged survives the death of the process and, as
// far as the disk keeps what it has synced, of the machine. One process writes, others may read.
// The sync is most of a small commit's time: see docs/decisions for what was measured.
import { setTimeout as pause } from 'node:timers/promises'
import type { Fetched, FetchOptions, Log, PartitionId, Position, TopicSpec } from '../connector.ts'
import { createScratch } from './chunk.ts'
import { tablesOf } from './entries.ts'
import { type Database, openDatabase, transactOn } from './environment.ts'
import { createGroups, type Share } from './group.ts'
import { claim, type Ownership } from './ownership.ts'
import { deleteBefore, type Place, readFrom, stateOf } from './partition.ts'
import { openProducer, settle, type WriteAccess } from './producer.ts'
import { openTopics, type Topics } from './topics.ts'

export interface EmbeddedOptions {
  /** One process writes; any number may read, also while it does. */
  readonly mode: 'write' | 'read'
  /**
   * For several threads of one process that write: each opens the log with its number, and owns
   * slot s of every group where `s % workers` is that.
   */
  readonly share?: Share
  /** Milliseconds since 1970, for retention. */
  readonly now?: () => number
}

/** Between two looks whether another thread or process has written. */
const POLL_MS = 5

/** @throws EngineError `log-in-use`, `log-unavailable`, `log-damaged`. */
export function openEmbeddedLog(folder: string, options: EmbeddedOptions): Promise<Log> {
  return settle(() => {
    const database = openDatabase(folder, options.mode)
    try {
      const owned =
        options.mode === 'write'
          ? claim(database, { folder, shared: options.share !== undefined })
          : undefined
      return createLog(folder, database, options, owned)
    } catch (error) {
      void database.close()
      throw error
    }
  })
}

function createLog(
  folder: string,
  database: Database,
  { share = { worker: 0, workers: 1 }, now = Date.now }: EmbeddedOptions,
  ownership: Ownership | undefined,
): Log {
  const topics = openTopics(database)
  const join = createGroups(share)
  const life = { isClosed: false }
  const owned = (): Ownership => {
    if (ownership === undefined) throw new Error(`the log "${folder}" was opened for reading`)
    return ownership
  }
  const write = (act: () => void): void => {
    const { check } = owned()
    transactOn(database, folder, () => {
      check()
      act()
    })
  }
  const access: WriteAccess = { database, topics, scratch: createScratch(), now, write }
  const read = <T>(act: () => T): T => {
    if (life.isClosed) throw new Error(`the log "${folder}" is closed`)
    // What others have committed meanwhile is to be seen.
    database.resetReadTxn()
    return act()
  }
  const place = ({ topic, partition }: PartitionId): Place => {
    return { database, topic: topics.of(topic, partition), partition }
  }
  return {
    name: `embedded:${folder}`,
    createTopics: (specs) => settle(() => createMissing(access, specs)),
    topics: () => settle(() => read(() => specsOf(topics))),
    deleteTopic: (name) => settle(() => write(() => topics.delete(name))),
    bounds: (partitions) =>
      settle(() =>
        read(() =>
          partitions.map((each) => {
            const { first, next: stable } = stateOf(place(each))
            return { topic: each.topic, partition: each.partition, first, stable }
          }),
        ),
      ),
    fetch: (positions, { maxRecords, waitMs }) =>
      fetchNew(
        positions,
        () => read(() => positions.map((each) => readFrom(place(each), each.offset, maxRecords))),
        waitMs,
      ),
    deleteBefore: (positions) =>
      settle(() =>
        write(() => {
          for (const each of positions) deleteBefore(place(each), each.offset)
        }),
      ),
    producer: (name) => settle(() => openProducer(access, name)),
    join: (group, slots) =>
      settle(() => {
        owned()
        return join(group, slots)
      }),
    tables: tablesOf(database),
    close: async () => {
      if (life.isClosed) return
      life.isClosed = true
      ownership?.release()
      await database.close()
    },
  }
}

function specsOf(topics: Topics): ReadonlyMap<string, TopicSpec> {
  return new Map([...topics.all()].map(([name, { spec }]) => [name, spec]))
}

function createMissing({ topics, write }: WriteAccess, specs: readonly TopicSpec[]): void {
  if (specs.length > 0) write(() => topics.create(specs))
}

/** Reads until a position has something new, or `waitMs` are over. */
async function fetchNew(
  positions: readonly Position[],
  read: () => readonly Fetched[],
  waitMs: FetchOptions['waitMs'],
): Promise<readonly Fetched[]> {
  let fetched = read()
  const isNew = ({ next }: Fetched, index: number): boolean =>
    next > (positions[index]?.offset ?? 0)
  for (let left = waitMs; left > 0 && !fetched.some(isNew); left -= POLL_MS) {
    await pause(Math.min(left, POLL_MS))
    fetched = read()
  }
  return fetched
}
