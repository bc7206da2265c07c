// Reads the repository as the house rules see it: what git tracks, and what it would track if it
// were added.
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RepositoryFile } from './rule.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Every text file, sorted by path. A file with a zero byte is taken for binary and left out. */
export function readRepository(): readonly RepositoryFile[] {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 },
  )
  const paths = [...new Set(listing.split('\0'))].filter((path) => path !== '').sort()
  return paths
    .filter((path) => existsSync(root + path) && lstatSync(root + path).isFile())
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))
    .filter((file) => !file.text.includes('\0'))
}
