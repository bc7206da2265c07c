// The LMDB environment that is a log, and transactions on it. Each is synced to the disk before it
// counts as committed (LMDB's own default, not lmdb-js's `overlappingSync`), and nothing is cached
// in JavaScript: values come from the memory map, so anonymous memory stays flat.
import { open, type RootDatabase } from 'lmdb'
import { EngineError } from '../../topology/engine-error.ts'
import {
  checkFolder,
  damagedFolder,
  isWritable,
  prepareFolder,
  reasonOf,
  unavailable,
} from './folder.ts'
import { formatKey } from './keys.ts'

export type Database = RootDatabase<Uint8Array, Uint8Array>

/** Version of the layout in keys.ts. */
const FORMAT = 1
/** Address space, not memory or disk; a log that outgrows it gets more. */
const MAP_BYTES = 2 ** 38
const MOST_READERS = 1_024

/** @throws EngineError `log-unavailable` or `log-damaged`. */
export function openDatabase(folder: string, mode: 'write' | 'read'): Database {
  if (mode === 'write') prepareFolder(folder)
  else checkFolder(folder)
  const readOnly = mode === 'read' && !isWritable(folder)
  let database: Database | undefined
  try {
    // `readOnly` only where it must be: an environment is shared by all who open it in a process.
    database = open<Uint8Array, Uint8Array>({
      path: folder,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      mapSize: MAP_BYTES,
      maxReaders: MOST_READERS,
      readOnly,
    })
    checkFormat(database, folder, mode)
    return database
  } catch (error) {
    void database?.close()
    if (error instanceof EngineError) throw error
    throw damagedFolder(folder, reasonOf(error), error)
  }
}

/**
 * Runs `act` as one transaction: what it writes counts altogether, or not at all if it throws.
 *
 * @throws EngineError `aborted` or `outcome-unknown` where LMDB fails, and what `act` throws.
 */
export function transactOn(database: Database, folder: string, act: () => void): void {
  const progress = { hasActed: false }
  try {
    database.transactionSync(() => {
      act()
      progress.hasActed = true
    })
  } catch (error) {
    if (error instanceof EngineError || !isLmdbError(error)) throw error
    throw new EngineError(
      progress.hasActed ? 'outcome-unknown' : 'aborted',
      `the log "${folder}" could not be written: ${reasonOf(error)}; ` +
        'see that its disk has room and works, then start again',
      { coordinates: { folder }, cause: error },
    )
  }
}

/** A value that stays valid, at the start of memory of its own. */
export function readAligned(database: Database, key: Buffer): Buffer | undefined {
  const shared = database.getBinaryFast(key)
  if (shared === undefined) return undefined
  const { length } = shared
  const own = Buffer.allocUnsafeSlow(length)
  own.set(shared.subarray(0, length))
  return own
}

function checkFormat(database: Database, folder: string, mode: 'write' | 'read'): void {
  const format = database.get(formatKey)?.[0]
  if (format === FORMAT) return
  if (format !== undefined) {
    throw unavailable(
      folder,
      `the log "${folder}" has format ${format}, this version reads ${FORMAT}: use the version ` +
        'that wrote it, or a newer one',
    )
  }
  const isEmpty = database.getKeysCount({ start: Buffer.of(0), limit: 1 }) === 0
  if (mode === 'read' || !isEmpty) {
    throw unavailable(folder, `the database in "${folder}" is no log; name another folder`)
  }
  transactOn(database, folder, () => {
    database.putSync(formatKey, Buffer.of(FORMAT))
  })
}

function isLmdbError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
