// The folder of an embedded log, looked at before LMDB opens it: LMDB's binding ends the process
// where a file is not what it should be, so that is found out here and said.
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '../../topology/engine-error.ts'
import { makeFolder } from '../make-folder.ts'

const DATA_FILE = 'data.mdb'
const LOCK_FILE = 'lock.mdb'
/** Where LMDB's first page says that it is one, and in which version. */
const MARK_AT = 24
const MARK = 'dec0efbe02000000'
/** More than the lock file and the first pages of data take. */
const ROOM_BYTES = 2 ** 18
const READ_WRITE = constants.R_OK | constants.W_OK

/** Makes the folder if it has to. @throws EngineError `log-unavailable`, `log-damaged`. */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, READ_WRITE | constants.X_OK)
    for (const name of [DATA_FILE, LOCK_FILE]) {
      if (kindOf(join(folder, name)) !== 'none') accessSync(join(folder, name), READ_WRITE)
    }
  } catch (error) {
    const isFile = isPlainFile(folder)
    const why = isFile ? 'it is a file; name a folder' : `${reasonOf(error)}; name another folder`
    throw unavailable(folder, `"${folder}" cannot hold a log: ${why}`, error)
  }
  if (kindOf(join(folder, DATA_FILE)) === 'none' && readdirSync(folder).length > 0) {
    throw unavailable(folder, `"${folder}" holds other files and no log; name a new folder`)
  }
  checkFiles(folder)
  if (kindOf(join(folder, LOCK_FILE)) === 'none') requireRoom(folder)
}

/** @throws EngineError `log-unavailable`, `log-damaged`. */
export function checkFolder(folder: string): void {
  let isThere: boolean
  try {
    isThere = kindOf(join(folder, DATA_FILE)) !== 'none'
  } catch (error) {
    throw unavailable(folder, `"${folder}" is no log: ${reasonOf(error)}`, error)
  }
  if (!isThere) {
    const what = kindOf(folder) === 'none' ? 'is not there' : 'is no log'
    throw unavailable(folder, `"${folder}" ${what}; name the folder that a run or a feed wrote`)
  }
  checkFiles(folder)
}

export function isWritable(folder: string): boolean {
  try {
    for (const path of [folder, join(folder, DATA_FILE)]) accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

export function unavailable(folder: string, message: string, cause?: unknown): EngineError {
  return new EngineError('log-unavailable', message, { coordinates: { folder }, cause })
}

export function damagedFolder(folder: string, why: string, cause?: unknown): EngineError {
  return new EngineError(
    'log-damaged',
    `"${folder}" cannot be opened as a log: ${why}; restore it from a copy`,
    { coordinates: { folder }, cause },
  )
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** LMDB maps a lock file that is still a hole: a full disk then ends the process with SIGBUS. */
function requireRoom(folder: string): void {
  const probe = join(folder, `room-${process.pid}`)
  try {
    writeFileSync(probe, Buffer.alloc(ROOM_BYTES))
  } catch (error) {
    const why = `${reasonOf(error)}; make room on its disk, or name another folder`
    throw unavailable(folder, `"${folder}" cannot hold a log: ${why}`, error)
  } finally {
    rmSync(probe, { force: true })
  }
}

function checkFiles(folder: string): void {
  for (const name of [DATA_FILE, LOCK_FILE]) {
    if (kindOf(join(folder, name)) === 'folder') {
      throw damagedFolder(folder, `"${name}" in it is a folder`)
    }
  }
  const data = join(folder, DATA_FILE)
  if (kindOf(data) === 'none' || statSync(data).size === 0) return
  const mark = Buffer.alloc(MARK.length / 2)
  const file = openSync(data, 'r')
  try {
    readSync(file, mark, 0, mark.length, MARK_AT)
  } finally {
    closeSync(file)
  }
  if (mark.toString('hex') !== MARK) {
    throw damagedFolder(folder, `"${DATA_FILE}" in it does not begin like a database`)
  }
}

function isPlainFile(path: string): boolean {
  try {
    return kindOf(path) === 'file'
  } catch {
    return false
  }
}

function kindOf(path: string): 'none' | 'file' | 'folder' {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'none'
  return found.isDirectory() ? 'folder' : 'file'
}
