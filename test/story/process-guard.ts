// Child processes that do not outlive the process that started them, in whatever way it ends: a
// guard, in a session of its own, holds the other end of a pipe. When that closes, it kills every
// process whose id stands as a file in its folder.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const GUARD = `
  read -r _
  for file in "$1"/*; do [ -e "$file" ] && kill -KILL "\${file##*/}"; done
  rm -rf "$1"
`

let folder: string | undefined

/** From now on it is killed with us. Gives what to call when it has ended. */
export function guardProcess(pid: number): () => void {
  folder ??= guardedFolder()
  const file = join(folder, String(pid))
  writeFileSync(file, '')
  return () => rmSync(file, { force: true })
}

function guardedFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'millrace-guard-'))
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', made], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref() // it keeps nobody here
  return made
}
