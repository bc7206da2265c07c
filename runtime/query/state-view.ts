// What queries read: the state of partitions as their last commits left it. On a log with tables it
// is the log's own; on any other the copies of this process (see state/local-copy.ts). Nothing that
// is not committed is ever seen.
import type { Log, Tables } from '../../connectors/connector.ts'
import type { LocalState } from '../state/local-state.ts'
import { type CommitRecord, decodeCommit } from '../task/commit-record.ts'
import { commitsTopic, stateTopic } from '../topic-names.ts'

/** One partition at one commit: what is read in one look agrees with itself. */
export interface PartitionState {
  /** Where a task stood; undefined before its first commit. */
  readonly commitOf: (task: string) => CommitRecord | undefined
  readonly read: (name: string) => Uint8Array | undefined
  /** Names that begin with `prefix` and do not stand before `from`, by their UTF-8 bytes. */
  readonly entries: (prefix: string, from?: string) => Iterable<readonly [string, Uint8Array]>
}

export interface StateView {
  /**
   * Looks at a partition, without awaiting in between. Undefined: it is not here, or not restored.
   */
  readonly look: <T>(partition: number, act: (state: PartitionState) => T) => T | undefined
}

/** Of a log with tables, where every process sees every partition. */
export function tableView(topology: string, tables: NonNullable<Log['tables']>): StateView {
  const [state, commits] = [stateTopic(topology), commitsTopic(topology)]
  return {
    look: (partition, act) => {
      // One read transaction lasts to the end of the turn of the event loop: looks see one commit.
      const prefix = `${partition}/`
      return act({
        commitOf: (task) => {
          const bytes = tables.get(commits, prefix + task)
          return bytes && decodeCommit(bytes)
        },
        read: (name) => tables.get(state, prefix + name),
        entries: (start, from) => entriesOf(tables, state, { prefix, start, from }),
      })
    },
  }
}

/** Of a log without tables: the copies of the partitions whose slots are open in this process. */
export function copyView(local: Pick<LocalState, 'look'>): StateView {
  return {
    look: (partition, act) =>
      local.look(partition, ({ commit, read, entries }) => {
        const commitOf = (task: string): CommitRecord | undefined => {
          const bytes = commit(task)
          return bytes && decodeCommit(bytes)
        }
        return act({ commitOf, read, entries })
      }),
  }
}

interface EntryRange {
  /** Of the partition. */
  readonly prefix: string
  readonly start: string
  readonly from: string | undefined
}

function* entriesOf(
  tables: Tables,
  table: string,
  { prefix, start, from = start }: EntryRange,
): Generator<readonly [string, Uint8Array]> {
  for (const [name, bytes] of tables.entries(table, prefix + start, prefix + from)) {
    yield [name.slice(prefix.length), bytes]
  }
}
