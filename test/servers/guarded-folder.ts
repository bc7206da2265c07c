// A folder for the servers of this process, which does not outlive it: a guard, in a session of its
// own, holds the other end of a pipe. When this process ends, in whatever way, the pipe closes, and
// the guard ends every server in the folder and removes the folder.
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SERVERS = join(import.meta.dirname, '..', '..', 'docker', 'native', 'main.ts')

const GUARD = `
  read -r _
  for folder in "$1"/*; do "$2" "$3" down all --folder "$folder"; done
  rm -rf "$1"
`

let root: string | undefined
let folders = 0

/** A new folder of that kind; docker/native may put one server of each kind in it. */
export function guardedFolder(): string {
  root ??= guardedRoot()
  folders += 1
  const folder = join(root, String(folders))
  mkdirSync(folder)
  return folder
}

function guardedRoot(): string {
  const made = mkdtempSync(join(tmpdir(), 'millrace-servers-'))
  chmodSync(made, 0o711) // a server that runs as another user goes through it
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', made, process.execPath, SERVERS], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref() // it keeps nobody here
  return made
}
