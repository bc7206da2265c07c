// The LMDB environment that holds local copies of state. Nothing is synced to the disk while it is
// in use: after a crash of the machine, or where the files are not what they should be, the copies
// are thrown away, for the log has it all.
import { closeSync, fsyncSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import type { Database } from '../../connectors/embedded/environment.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { makeFolder } from '../../connectors/make-folder.ts'

const DATA_FILE = 'data.mdb'
const LOCK_FILE = 'lock.mdb'
/** Address space, not memory or disk. */
const MAP_BYTES = 2 ** 38
const MOST_READERS = 1_024

/** LMDB's two first pages: what stands where in each, and what each begins with. */
const PAGE_BYTES = 4_096
const META_PAGES = 2
const MARK_AT = 24
const MARK = 'dec0efbe02000000'
const PAGE_SIZE_AT = 48
const LAST_PAGE_AT = 144

/** @throws EngineError `state-unusable` where no environment can be had there. */
export function openLocalDatabase(folder: string): {
  readonly database: Database
  /** Why what was there is thrown away; undefined: it is not. */
  readonly dropped: string | undefined
} {
  try {
    makeFolder(folder)
    const dropped = damageIn(join(folder, DATA_FILE))
    if (dropped !== undefined) {
      for (const name of [DATA_FILE, LOCK_FILE]) rmSync(join(folder, name), { force: true })
    }
    const database = open<Uint8Array, Uint8Array>({
      path: folder,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      noSync: true,
      mapSize: MAP_BYTES,
      maxReaders: MOST_READERS,
    })
    return { database, dropped }
  } catch (error) {
    throw unusable(folder, error)
  }
}

/** Local state that cannot be written or read; the slot goes on without it. */
export function unusable(folder: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new EngineError(
    'state-unusable',
    `local state in "${folder}" cannot be used: ${why}; see that its disk has room and works, or ` +
      'name another folder with --state',
    { coordinates: { folder }, retryable: true, cause },
  )
}

const REMOVED_AT_ONCE = 10_000

/** A key is not looked for while others are removed. */
export function removeRange(database: Database, range: { start: Uint8Array; end: Uint8Array }) {
  for (;;) {
    const keys = [...database.getKeys({ ...range, limit: REMOVED_AT_ONCE })]
    if (keys.length === 0) return
    database.transactionSync(() => {
      for (const key of keys) database.removeSync(key)
    })
  }
}

/** Brings what was written to the disk. */
export function syncDatabase(folder: string): void {
  const file = openSync(join(folder, DATA_FILE), 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Which run of the machine this is; undefined where that cannot be known. */
export function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return undefined
  }
}

/**
 * Why a file is no database of LMDB, or not all of one: its binding ends the process where it
 * reads behind the end of a file.
 */
function damageIn(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || (found.isFile() && found.size === 0)) return undefined
  if (!found.isFile()) return `"${DATA_FILE}" is no file`
  const head = Buffer.alloc(PAGE_BYTES * META_PAGES)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, head, 0, head.length, 0) < head.length) return 'it is cut off'
  } finally {
    closeSync(file)
  }
  for (let at = 0; at < head.length; at += PAGE_BYTES) {
    const mark = head.toString('hex', at + MARK_AT, at + MARK_AT + MARK.length / 2)
    if (mark !== MARK) return 'it does not begin like a database'
    if (head.readUInt32LE(at + PAGE_SIZE_AT) !== PAGE_BYTES) return 'its pages have another size'
    const lastPage = Number(head.readBigUInt64LE(at + LAST_PAGE_AT))
    if ((lastPage + 1) * PAGE_BYTES > found.size) return 'it is cut off'
  }
  return undefined
}
