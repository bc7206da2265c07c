// Holds the order of the top-level folders: a lower one never imports a higher one, siblings never
// import each other.
import { importsByFile } from './imports.ts'
import type { Problem, Rule } from './rule.ts'
import { isTest } from './syntax.ts'

/** Lowest first. Folders of one line are siblings. */
const levels: readonly (readonly string[])[] = [
  ['schemas'],
  ['topology'],
  ['operators', 'connectors', 'sinks'],
  ['runtime'],
  ['query'],
  ['cli'],
  ['apps', 'bench', 'docker', 'test'],
]

export const folderOrder: Rule = {
  name: 'folder-order',
  reason: 'Reading order is data order: what a folder may know of is what stands before it.',
  find(files) {
    const problems: Problem[] = []
    for (const [path, imports] of importsByFile(files)) {
      const from = folderOf(path)
      if (from === undefined) continue
      if (levelOf(from) === undefined) problems.push(unknownFolder(path, from))
      for (const { target, line } of imports) {
        const to = target === undefined ? undefined : folderOf(target)
        if (to === undefined || mayImport(path, from, to)) continue
        problems.push({
          path,
          line,
          message: `"${from}/" imports "${target ?? ''}", which stands above or beside it`,
          repair: `move what is shared to a folder that "${from}/" may import, or pass it in`,
          about: `${from} -> ${to}`,
        })
      }
    }
    return problems
  },
}

/**
 * A test may also use what `test/` offers, and the real servers of `docker/`; that a unit test
 * needs another higher folder means it belongs in `test/`.
 */
function mayImport(path: string, from: string, to: string): boolean {
  if (from === to || (isTest(path) && (to === 'test' || to === 'docker'))) return true
  const [low, high] = [levelOf(to), levelOf(from)]
  if (low === undefined || high === undefined) return false
  return low < high || (low === high && high === levels.length - 1)
}

function unknownFolder(path: string, folder: string): Problem {
  return {
    path,
    line: 1,
    message: `the folder "${folder}/" has no place in the order of folders`,
    repair: 'move the file, or give the folder a place in test/tidy/folder-order.ts',
    about: folder,
  }
}

/** Undefined for files at the top: configuration, which nothing imports. */
function folderOf(path: string): string | undefined {
  const slash = path.indexOf('/')
  return slash < 0 ? undefined : path.slice(0, slash)
}

function levelOf(folder: string): number | undefined {
  const level = levels.findIndex((siblings) => siblings.includes(folder))
  return level < 0 ? undefined : level
}
