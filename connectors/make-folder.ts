// Makes a folder and those above it. Node's own way never returns where a file system denies that
// the folder it has just shown can hold another, as /proc does; this one says so.
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Does nothing where the folder is there. @throws the error of the file system. */
export function makeFolder(folder: string): void {
  if (folder === '') throw new Error('the name is empty')
  const missing = isFolder(folder) ? [] : [resolve(folder)]
  for (const path of missing) {
    const above = dirname(path)
    if (!exists(above)) missing.push(above)
  }
  for (const path of missing.toReversed()) {
    try {
      mkdirSync(path)
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!isFolder(path)) throw error
    }
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
