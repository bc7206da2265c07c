// A command of millrace as a process of its own, as a user would type it. What it says is shown if
// it fails.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ServerProblem } from '../native/server.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** What the connection to Postgres in apps/crypto/stack.yaml names. */
export const SECRETS = { PG_PASSWORD: 'millrace' }

/** What it printed. @throws ServerProblem with what it said, if it does not end with 0. */
export async function millrace(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join('cli', 'main.ts'), ...words], {
    cwd: ROOT,
    env: { ...process.env, ...SECRETS },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [printed, said]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return Buffer.concat(printed).toString()
  const text = Buffer.concat([...printed, ...said])
    .toString()
    .trimEnd()
  throw new ServerProblem(`npx millrace ${words.join(' ')}\nended with ${String(code)}:\n${text}`)
}
