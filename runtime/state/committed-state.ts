// The committed state of one partition of a topology: entries of stores, timers, commit records. On
// a log with tables they are read when they are needed; on any other from the changelog, once.
import type { Append, Bounds, Log, PartitionId, Put, Tables } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { commitsTopic, stateTopic } from '../topic-names.ts'
import { type Changelog, type ChangelogOptions, openChangelog } from './changelog.ts'
import { type Change, changelogBatch } from './changelog-batch.ts'
import { hasCommitsFrom, readCommitRecords } from './read-commits.ts'
import { FailedReads } from './failed-reads.ts'
import type { CommittedState } from './task-store.ts'

/** Commit records by task, encoded; on a log without tables the one committed last is the last. */
export type CommitRecords = ReadonlyMap<string, Uint8Array>

/** Commit records as they were when they were read. */
export interface OpenedCommits {
  readonly records: CommitRecords
  /** Whether anything was committed since. */
  readonly haveChanged: () => Promise<boolean>
}

export interface CommitsOptions {
  /**
   * On a log without tables: up to where at least they are read, and the offset behind which any
   * record is of another who has opened the slot since.
   */
  readonly read: { readonly bounds: Bounds; readonly after: number } | undefined
  /** Whether commit records older than these can say nothing more. */
  readonly isEnough: (records: CommitRecords) => boolean
}

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

  /** The last commit record of every task of a partition. */
  async commits(partition: number): Promise<CommitRecords> {
    const [records] = await this.allCommits([partition])
    if (records === undefined) throw new Error(`no commit records of partition ${partition}`)
    return records
  }

  /** Those of each partition. */
  async allCommits(partitions: readonly number[]): Promise<readonly CommitRecords[]> {
    const { tables } = this.#log
    if (tables) return partitions.map((partition) => this.#commitsIn(tables, partition))
    const all: CommitRecords[] = []
    for (const bounds of await this.#log.bounds(partitions.map((each) => this.#idOf(each)))) {
      all.push((await readCommitRecords(this.#log, bounds)).records)
    }
    return all
  }

  async openCommits(partition: number, { read, isEnough }: CommitsOptions): Promise<OpenedCommits> {
    const { tables } = this.#log
    if (tables) {
      const records = this.#commitsIn(tables, partition)
      const look = (): boolean => !isSame(records, this.#commitsIn(tables, partition))
      return { records, haveChanged: () => Promise.resolve(look()) }
    }
    if (read === undefined) throw new Error('commit records without bounds')
    const { bounds, after } = read
    const { records, end } = await readCommitRecords(this.#log, bounds, isEnough)
    const id = this.#idOf(partition)
    const haveChanged = async (): Promise<boolean> =>
      end > after || hasCommitsFrom(this.#log, id, after)
    return { records, haveChanged }
  }

  /** The entries of a partition, for who looks at them and writes none. */
  async state(partition: number): Promise<CommittedState> {
    const { tables } = this.#log
    if (tables) return tableState(tables, this.#state, partition)
    return (await this.openChangelog(partition, LOOKING)).entries
  }

  /** On a log without tables: the entries of a partition, for who goes on with them. */
  openChangelog(
    partition: number,
    options: Omit<ChangelogOptions, 'log' | 'id'>,
  ): Promise<Changelog> {
    return openChangelog({ ...options, log: this.#log, id: { topic: this.#state, partition } })
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

  #idOf(partition: number): PartitionId {
    return { topic: this.#commits, partition }
  }

  /** In a table the partition stands before the task. */
  #commitsIn(tables: Tables, partition: number): CommitRecords {
    const found = tables.entries(this.#commits, prefixOf(partition))
    return new Map([...found].map(([key, bytes]) => [key.slice(key.indexOf('/') + 1), bytes]))
  }
}

const LOOKING: Omit<ChangelogOptions, 'log' | 'id'> = {
  last: undefined,
  newId: () => '',
  copy: undefined,
  onDropped: () => undefined,
  onRead: () => undefined,
}

function prefixOf(partition: number): string {
  return `${partition}/`
}

function tableState(tables: Tables, table: string, partition: number): CommittedState {
  const prefix = prefixOf(partition)
  const failed = new FailedReads()
  return {
    canReadAgain: true,
    read: (key) => {
      try {
        return tables.get(table, prefix + key)
      } catch (error) {
        throw failed.note(unreadable(error, table, partition))
      }
    },
    entries: function* (start) {
      try {
        for (const [key, bytes] of tables.entries(table, prefix + start)) {
          yield [key.slice(prefix.length), bytes]
        }
      } catch (error) {
        throw failed.note(unreadable(error, table, partition))
      }
    },
    assertReadable: () => failed.assertNone(),
  }
}

function unreadable(error: unknown, table: string, partition: number): EngineError {
  if (error instanceof EngineError) return error
  const why = error instanceof Error ? error.message : String(error)
  return new EngineError(
    'log-damaged',
    `the state in "${table}", partition ${partition}, cannot be read: ${why}; see to the disk ` +
      'that the log is on, and restore the log from a copy if it stays so',
    { coordinates: { table, partition }, cause: error },
  )
}

function isSame(before: CommitRecords, after: CommitRecords): boolean {
  if (before.size !== after.size) return false
  return [...before].every(([task, bytes]) => {
    const now = after.get(task)
    return now !== undefined && Buffer.compare(bytes, now) === 0
  })
}
