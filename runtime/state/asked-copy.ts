// What stands beside a local copy for those who ask over HTTP: the commit records that its entries
// go with, and a mark that says that the partition is open here, in this run. A copy without the
// mark is being restored, or is what another run left: nobody is answered from it.
import type { Database } from '../../connectors/embedded/environment.ts'
import { putEntry, tablesOf } from '../../connectors/embedded/entries.ts'
import { entryKey } from '../../connectors/embedded/keys.ts'
import type { Change } from './changelog-batch.ts'

/** A partition as its last commit left it, as long as the turn of the event loop lasts. */
export interface CommittedCopy {
  /** Of a task, encoded. */
  readonly commit: (task: string) => Uint8Array | undefined
  readonly read: (name: string) => Uint8Array | undefined
  readonly entries: (prefix: string, from?: string) => Iterable<readonly [string, Uint8Array]>
}

const OFFERED = 'offered'

export function entriesTable(partition: number): string {
  return `entries/${partition}`
}

function commitsTable(partition: number): string {
  return `commits/${partition}`
}

/** The side that writes: each call is inside of a transaction. */
export class AskedCopy {
  readonly #database: Database
  readonly #commits: string
  readonly #mark: Buffer
  readonly #run: string

  constructor(database: Database, partition: number, run: string) {
    this.#database = database
    this.#commits = commitsTable(partition)
    this.#mark = entryKey(OFFERED, String(partition))
    this.#run = run
  }

  /** With the commit records of all tasks: what others left is taken out. */
  offer(commits: Iterable<Change>): void {
    const left = [...tablesOf(this.#database).entries(this.#commits, '')]
    this.note(left.map(([task]) => [task, null]))
    this.note(commits)
    this.#database.putSync(this.#mark, Buffer.from(this.#run))
  }

  note(commits: Iterable<Change>): void {
    for (const [key, value] of commits) {
      putEntry(this.#database, { table: this.#commits, key, value })
    }
  }

  withhold(): void {
    this.#database.removeSync(this.#mark)
  }
}

/** Undefined: the partition is not open in this run, or is being restored. */
export function readAskedCopy(
  database: Database,
  partition: number,
  run: string,
): CommittedCopy | undefined {
  const mark = database.getBinary(entryKey(OFFERED, String(partition)))
  if (mark?.toString() !== run) return undefined
  const tables = tablesOf(database)
  const [entries, commits] = [entriesTable(partition), commitsTable(partition)]
  return {
    commit: (task) => tables.get(commits, task),
    read: (name) => tables.get(entries, name),
    entries: (prefix, from) => tables.entries(entries, prefix, from),
  }
}
