// Programs of the machine: found, or missing with the package that has them; and run to their end.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Need, ServerProblem, type SystemUser } from './server.ts'

/** The absolute path of the program. Throws if it is missing. */
export function programOf({ command, places = [], debian }: Need): string {
  const place = places.find((path) => existsSync(path))
  if (place !== undefined) return place
  const { stdout } = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', command])
  const path = stdout.toString().trim()
  if (path !== '') return path
  throw new ServerProblem(`${command} is missing: apt-get install ${debian} (.ci/install does)`)
}

export interface RunOptions {
  readonly cwd?: string
  readonly user?: SystemUser | undefined
  /** What it reads; nothing if left out. */
  readonly input?: string
}

/** Runs a program to its end and gives what it printed. If it fails, what it said is thrown. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd = '/', user, input = '' }: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, { cwd, ...(user && { uid: user.uid, gid: user.gid }) })
  const [printed, said]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  child.stdin.on('error', () => undefined) // it ended without reading; its exit code says why
  child.stdin.end(input)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return Buffer.concat(printed).toString()
  const text = Buffer.concat(said).toString().trimEnd().replaceAll('\n', '\n  ')
  throw new ServerProblem(`${command} failed:\n  ${text}`)
}
