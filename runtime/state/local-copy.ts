// The copy of one partition's state on the disk of a process: entries, and how far of the changelog
// they are. Changes gather in memory and are written together with that position, in one
// transaction: a process that dies at any instant leaves a copy that is right, if a bit behind.
// Where somebody asks, nothing gathers: each commit is written, with its commit records.
import { behind, entryKey, tableStart } from '../../connectors/embedded/keys.ts'
import type { Database } from '../../connectors/embedded/environment.ts'
import { putEntry, tablesOf } from '../../connectors/embedded/entries.ts'
import type { Tables } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Change } from './changelog-batch.ts'
import { FailedReads } from './failed-reads.ts'
import { removeRange } from './local-database.ts'
import { CopyTaken } from './copy-taken.ts'
import { AskedCopy, entriesTable } from './asked-copy.ts'
import type { CommittedState } from './task-store.ts'

/** How far a copy is. */
export interface CopyStanding {
  /** Of the changelog's history, see ChangelogStanding. */
  readonly id: string
  /** The offset of the changelog up to which it is applied. */
  readonly position: number
  /** Deletions in the changelog up to there. */
  readonly deletions: number
}

export interface CopyOptions {
  readonly database: Database
  /** Runs it as one transaction. */
  readonly write: (act: () => void) => void
  readonly partition: number
  /** Entries that gather before they are written; some, if not stated. */
  readonly gathered?: number | undefined
  /** The name of the run whose queries read it; undefined: nobody asks. */
  readonly askedBy?: string | undefined
}

/** What gathers before it is written: entries, changes of the same entries, bytes. */
const MOST_ENTRIES = 1_000
const MOST_CHANGES = 20_000
const MOST_BYTES = 4_000_000

const STANDING = 'standing'
const HOLDER = 'holder'

export class LocalCopy implements CommittedState {
  readonly canReadAgain = true
  readonly #database: Database
  readonly #write: CopyOptions['write']
  readonly #partition: number
  readonly #tables: Tables
  readonly #entries: string
  readonly #asked: AskedCopy | undefined
  readonly #holderKey: Buffer
  readonly #holder: number
  #standing: CopyStanding | undefined
  readonly #pending = new Map<string, Uint8Array | null>()
  readonly #mostEntries: number
  readonly #failed = new FailedReads()
  #changes = 0
  #bytes = 0

  constructor(options: CopyOptions) {
    const { database, write, partition, gathered = MOST_ENTRIES, askedBy } = options
    this.#mostEntries = gathered
    this.#database = database
    this.#tables = tablesOf(database)
    this.#write = write
    this.#partition = partition
    this.#entries = entriesTable(partition)
    this.#asked = askedBy === undefined ? undefined : new AskedCopy(database, partition, askedBy)
    this.#holderKey = entryKey(HOLDER, String(partition))
    let holder = 0
    write(() => {
      holder = this.#storedHolder() + 1
      const stored = Buffer.alloc(8)
      stored.writeDoubleBE(holder)
      database.putSync(this.#holderKey, stored)
      this.#asked?.withhold()
    })
    this.#holder = holder
    const stored = database.getBinary(entryKey(STANDING, String(partition)))
    this.#standing = stored && (JSON.parse(stored.toString('utf8')) as CopyStanding)
  }

  /** Undefined: there is nothing that could be used. */
  get standing(): CopyStanding | undefined {
    return this.#standing
  }

  read(name: string): Uint8Array | undefined {
    const pending = this.#pending.get(name)
    if (pending !== undefined) return pending ?? undefined
    return this.#reading(() => this.#tables.get(this.#entries, name))
  }

  entries(prefix: string): readonly (readonly [string, Uint8Array])[] {
    return this.#reading(() => {
      this.flush()
      return [...this.#tables.entries(this.#entries, prefix)]
    })
  }

  assertReadable(): void {
    this.#failed.assertNone()
  }

  /** Its slot is open, and it is what these commit records left. */
  offer(commits: Iterable<Change>): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#write(() => {
      this.#assertHeld()
      asked.offer(commits)
    })
  }

  /** Adds what is committed on the log up to there; it is written when enough has gathered. */
  add(changes: readonly Change[], standing: CopyStanding, commits: readonly Change[] = []): void {
    if (this.#asked !== undefined) {
      this.apply(changes, standing, commits)
      return
    }
    for (const [name, bytes] of changes) {
      this.#pending.set(name, bytes)
      this.#bytes += bytes?.length ?? 0
    }
    this.#changes += changes.length
    this.#standing = standing
    const isDue =
      this.#pending.size >= this.#mostEntries ||
      this.#changes >= MOST_CHANGES ||
      this.#bytes >= MOST_BYTES
    if (isDue) this.flush()
  }

  /** Where tasks stand that have changed nothing. */
  note(commits: readonly Change[]): void {
    if (this.#asked !== undefined) this.apply([], this.#standing, commits)
  }

  /** Writes what has gathered. @throws EngineError `state-unusable`; CopyTaken. */
  flush(): void {
    const standing = this.#standing
    if (this.#changes === 0 || standing === undefined) return
    this.apply(this.#pending, standing)
    this.#pending.clear()
    this.#changes = 0
    this.#bytes = 0
  }

  /** Writes what has gathered, if it can: a copy that stays behind is right too. */
  close(): void {
    try {
      this.flush()
      const asked = this.#asked
      if (asked === undefined) return
      this.#write(() => {
        this.#assertHeld()
        asked.withhold()
      })
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof CopyTaken)) throw error
    }
  }

  /** Writes changes at once. Without a standing, what is there cannot be used if this is all. */
  apply(
    changes: Iterable<Change>,
    standing: CopyStanding | undefined,
    commits: readonly Change[] = [],
  ): void {
    this.#write(() => {
      this.#assertHeld()
      for (const [key, value] of changes) {
        putEntry(this.#database, { table: this.#entries, key, value })
      }
      this.#asked?.note(commits)
      this.#putStanding(standing)
    })
    this.#standing = standing
  }

  /** Throws away all entries. */
  clear(): void {
    this.#write(() => {
      this.#assertHeld()
      this.#putStanding(undefined)
    })
    const start = tableStart(this.#entries)
    removeRange(this.#database, { start, end: behind(start) })
    this.#standing = undefined
    this.#pending.clear()
    this.#changes = 0
  }

  #reading<T>(read: () => T): T {
    return this.#failed.watch(() => {
      this.#assertHeld()
      return read()
    })
  }

  #putStanding(standing: CopyStanding | undefined): void {
    const key = entryKey(STANDING, String(this.#partition))
    if (standing === undefined) this.#database.removeSync(key)
    else this.#database.putSync(key, Buffer.from(JSON.stringify(standing)))
  }

  /** In another thread of the process the slot may have been opened since. */
  #assertHeld(): void {
    if (this.#storedHolder() === this.#holder) return
    throw new CopyTaken(`another worker has taken the state of partition ${this.#partition}`)
  }

  #storedHolder(): number {
    return this.#database.getBinary(this.#holderKey)?.readDoubleBE(0) ?? 0
  }
}
