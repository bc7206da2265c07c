// The committed state of one partition of a topology: entries of stores, timers, commit records. On
// a log with tables they are read when they are needed; on any other from the changelog, once.
import type { Append, Log, Put, Tables } from '../../connectors/connector.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { keyAt, RECORD, valueAt } from '../../connectors/record-batch.ts'
import { commitsTopic, stateTopic } from '../topic-names.ts'
import type { EntrySource } from './task-store.ts'

export type CommittedState = EntrySource

/** A key and its bytes; null: it has gone. */
export type Change = readonly [string, Uint8Array | null]

/** Reads and writes the state of a topology on a log. */
export class StateLog {
  readonly #log: Log
  readonly #commits: string
  readonly #state: string

  constructor(log: Log, topology: string) {
    this.#log = log
    this.#commits = commitsTopic(topology)
    this.#state = stateTopic(topology)
  }

  /** The last commit record of every task of a partition, encoded. */
  async commits(partition: number): Promise<ReadonlyMap<string, Uint8Array>> {
    const { tables } = this.#log
    const found = tables
      ? tables.entries(this.#commits, prefixOf(partition))
      : await readChangelog(this.#log, this.#commits, partition)
    // In a table the partition stands before the task, in a changelog the task alone.
    return new Map([...found].map(([key, bytes]) => [key.slice(key.indexOf('/') + 1), bytes]))
  }

  async state(partition: number): Promise<CommittedState> {
    const { tables } = this.#log
    if (tables) return tableState(tables, this.#state, partition)
    return changelogState(await readChangelog(this.#log, this.#state, partition))
  }

  /** What a transaction has to write so that these changes and commit records are found again. */
  writes(
    partition: number,
    changes: readonly Change[],
    commits: readonly Change[],
  ): { readonly appends: readonly Append[]; readonly puts: readonly Put[] } {
    if (this.#log.tables) {
      const puts = [
        ...changes.map(([key, value]) => ({ table: this.#state, key, value })),
        ...commits.map(([key, value]) => ({ table: this.#commits, key, value })),
      ]
      return {
        appends: [],
        puts: puts.map(({ table, key, value }) => {
          return { table, key: `${prefixOf(partition)}${key}`, value }
        }),
      }
    }
    const appends = [
      { topic: this.#state, partition, batch: changelogBatch(changes) },
      { topic: this.#commits, partition, batch: changelogBatch(commits) },
    ]
    return { appends: appends.filter(({ batch }) => batch.count > 0), puts: [] }
  }
}

function prefixOf(partition: number): string {
  return `${partition}/`
}

function tableState(tables: Tables, table: string, partition: number): CommittedState {
  const prefix = prefixOf(partition)
  return {
    canReadAgain: true,
    read: (key) => tables.get(table, prefix + key),
    entries: function* (start) {
      for (const [key, bytes] of tables.entries(table, prefix + start)) {
        yield [key.slice(prefix.length), bytes]
      }
    },
  }
}

/** Entries leave the map as they are read: the store keeps them from then on. */
function changelogState(entries: Map<string, Uint8Array>): CommittedState {
  return {
    canReadAgain: false,
    read: (key) => {
      const bytes = entries.get(key)
      if (bytes !== undefined) entries.delete(key)
      return bytes
    },
    entries: (prefix) => {
      const found = [...entries].filter(([key]) => key.startsWith(prefix))
      for (const [key] of found) entries.delete(key)
      return found
    },
  }
}

function changelogBatch(changes: readonly Change[]) {
  const builder = new BatchBuilder()
  for (const [key, value] of changes) builder.add(RECORD, key, value, NaN, NaN)
  return builder.take()
}

/** Folds a compacted partition up to its last stable offset: the last value of every key. */
async function readChangelog(
  log: Log,
  topic: string,
  partition: number,
): Promise<Map<string, Uint8Array>> {
  const entries = new Map<string, Uint8Array>()
  for (const bounds of await log.bounds([{ topic, partition }])) {
    for await (const { batch, from } of readPartition(log, bounds)) {
      for (let row = from; row < batch.count; row += 1) {
        const key = keyAt(batch, row) ?? ''
        const value = valueAt(batch, row)
        if (value === null) entries.delete(key)
        else entries.set(key, value)
      }
    }
  }
  return entries
}
