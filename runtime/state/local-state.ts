// Copies of state on the disk of a process, so that a restart reads what is new of the changelog
// and not all of it. A copy is written behind the log's commits and never before them, and says how
// far it has come; what does not fit the log is thrown away.
import { join } from 'node:path'
import type { Database } from '../../connectors/embedded/environment.ts'
import { behind, entryKey } from '../../connectors/embedded/keys.ts'
import { claim, type Ownership } from '../../connectors/embedded/ownership.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { type CommittedCopy, readAskedCopy } from './asked-copy.ts'
import { CopyTaken } from './copy-taken.ts'
import { LocalCopy } from './local-copy.ts'
import { bootId, openLocalDatabase, removeRange, syncDatabase, unusable } from './local-database.ts'

export interface LocalState {
  /**
   * Takes over the copy of a partition: whoever had it before writes and reads it no more.
   * Undefined: local state has failed in this process, and is done without.
   */
  readonly copyOf: (partition: number) => LocalCopy | undefined
  /**
   * Looks at the copy that is open in this run, whichever of its workers has it. Undefined: none
   * is, or nobody is to ask.
   */
  readonly look: <T>(partition: number, act: (copy: CommittedCopy) => T) => T | undefined
  /** To be called when those who use copies have closed them. */
  readonly close: () => Promise<void>
}

export interface LocalStateOptions {
  /** As `--state` names it; each topology has a folder of its own in it. */
  readonly folder: string
  readonly topology: string
  /** Told why what an earlier run left is thrown away, or that copies can be used no more. */
  readonly onDropped: (message: string) => void
  /** Entries that gather of a partition before they are written; some, if not stated. */
  readonly gathered?: number
  /** A name of this run alone, by which its queries find what its workers have; else none are. */
  readonly askedBy?: string | undefined
}

/**
 * Worker threads of one process may each open the same.
 * @throws EngineError `state-in-use`, `state-unusable`.
 */
export function openLocalState(options: LocalStateOptions): LocalState {
  const { folder, topology, onDropped, gathered, askedBy } = options
  const path = join(folder, topology)
  const { database, dropped } = openLocalDatabase(path)
  let owner: Ownership
  let why: string | undefined
  try {
    owner = claimState(database, path)
    why = dropped ?? guarded(path, () => begin(database))
  } catch (error) {
    void database.close()
    throw error
  }
  if (why !== undefined) onDropped(`local state in "${path}" is built anew from the log: ${why}`)
  let hasFailed = false
  const write = (act: () => void): void => {
    try {
      guarded(path, () => {
        database.transactionSync(() => {
          assertOwned(owner, path)
          mark(database, IN_USE)
          act()
        })
      })
    } catch (error) {
      if (error instanceof CopyTaken) throw error
      // Entries that memory has let go of are there and nowhere else: the slot opens anew.
      hasFailed = true
      onDropped(error instanceof Error ? error.message : String(error))
      throw error
    }
  }
  return {
    copyOf: (partition) =>
      hasFailed ? undefined : new LocalCopy({ database, write, partition, gathered, askedBy }),
    look: (partition, act) => {
      const copy = askedBy === undefined ? undefined : readAskedCopy(database, partition, askedBy)
      return copy && act(copy)
    },
    close: async () => {
      guarded(path, () => {
        if (!hasFailed) end(database, path)
        owner.release()
      })
      await database.close()
    },
  }
}

function claimState(database: Database, folder: string): Ownership {
  try {
    return claim(database, { folder, shared: true })
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'log-in-use') throw error
    const { process: holder } = error.coordinates
    throw new EngineError(
      'state-in-use',
      `process ${holder} keeps its local state in "${folder}"; end it first, or name another ` +
        'folder with --state: each process needs one of its own',
      { coordinates: error.coordinates, cause: error },
    )
  }
}

/** Another process may have taken this one for dead. */
function assertOwned(owner: Ownership, folder: string): void {
  try {
    owner.check()
  } catch (error) {
    throw unusable(folder, error)
  }
}

/** What LMDB says is no more than a copy that cannot be used. */
function guarded<T>(folder: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const isOurs = error instanceof EngineError || error instanceof CopyTaken
    throw isOurs ? error : unusable(folder, error)
  }
}

// What stands under this key: the format, whether all was brought to the disk, and in which run of
// the machine that was not so.
const ABOUT = entryKey('about', '')
const FORMAT = 1
const IN_USE = 1
const AT_REST = 0
const BOOT = bootId()

function mark(database: Database, use: number): void {
  if (database.getBinary(ABOUT)?.[1] === use) return
  database.putSync(ABOUT, Buffer.concat([Buffer.of(FORMAT, use), Buffer.from(BOOT ?? '')]))
}

/** Empties what cannot be trusted; says why. */
function begin(database: Database): string | undefined {
  const about = database.getBinary(ABOUT)
  if (about === undefined) return undefined
  const isOther = about[0] !== FORMAT
  const isWhole = about[1] === AT_REST || (BOOT !== undefined && about.toString('utf8', 2) === BOOT)
  if (!isOther && isWhole) return undefined
  const start = ABOUT.subarray(0, 1)
  removeRange(database, { start, end: behind(start) })
  return isOther ? 'another version has written it' : 'the machine stopped while it was in use'
}

/** In one transaction, so that nobody writes between the disk and the mark. */
function end(database: Database, folder: string): void {
  database.transactionSync(() => {
    syncDatabase(folder)
    mark(database, AT_REST)
  })
  syncDatabase(folder)
}
