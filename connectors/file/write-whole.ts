// Writes a text to a file in one move, so that nobody reads half of it.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { writeFault } from './write-file.ts'

/** Throws an EngineError where the disk does; the file then stays as it was. */
export function writeWhole(path: string, text: string): void {
  const partial = `${path}.part`
  try {
    writeFileSync(partial, text)
    renameSync(partial, path)
  } catch (cause) {
    drop(partial)
    throw writeFault(path, cause)
  }
}

/** What cannot be removed is not ours: the fault that is told is the first. */
function drop(partial: string): void {
  try {
    rmSync(partial, { force: true })
  } catch {
    return
  }
}
