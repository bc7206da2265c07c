// Holds that every file of code is reached: from the command line, a bench, a configuration, or a
// test of something else. A file that only its own test imports is dead.
import { posix } from 'node:path'
import { importsByFile } from './imports.ts'
import type { RepositoryFile, Rule } from './rule.ts'
import { isConfig, isTest } from './syntax.ts'

export const deadFiles: Rule = {
  name: 'dead-files',
  reason: 'Code that nothing runs is read, kept working and believed all the same.',
  find(files) {
    const imports = importsByFile(files)
    const waiting = [...imports.keys()].filter((path) => isEntry(path, files))
    const reached = new Set(waiting)
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      for (const { target } of imports.get(path) ?? []) {
        if (target === undefined || reached.has(target) || target === subjectOf(path)) continue
        reached.add(target)
        waiting.push(target)
      }
    }
    return [...imports.keys()]
      .filter((path) => !reached.has(path))
      .map((path) => ({
        path,
        line: 1,
        message: 'nothing that runs reaches the file',
        repair: 'use it or delete it',
      }))
  },
}

function isEntry(path: string, files: readonly RepositoryFile[]): boolean {
  if (isTest(path) || isConfig(path) || path === 'cli/main.ts') return true
  if (/^bench\/(scenarios\/)?[^/]+\.ts$/.test(path)) return true
  const manifest = files.find((file) => file.path === 'package.json')?.text ?? ''
  return manifest.split(/["\s]/).some((word) => word.replace(/^\.\//, '') === path)
}

/** The file that a unit test is about: `x.ts` for `x.test.ts` and `x.any-word.test.ts`. */
function subjectOf(path: string): string | undefined {
  if (!isTest(path)) return undefined
  const [name = ''] = posix.basename(path).split('.')
  return posix.join(posix.dirname(path), `${name}.ts`)
}
