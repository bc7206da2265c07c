// Runs the history in another process, whose time zone and wall clock are others. It checks the
// topology and reads the files itself, so what those do with a clock counts too.
import { fork } from 'node:child_process'
import type { Outcome, Wanted } from '../../runtime/verify/outcome.ts'
import type { Portion } from './histories.ts'

export interface Errand {
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly portion: Portion
  readonly wanted: Wanted
}

/** What the process answers. */
export type Answer = { readonly outcome: Outcome } | { readonly stopped: string }

/** East of everything, with quarters of an hour. */
const TIME_ZONE = 'Pacific/Chatham'

export function runElsewhere(errand: Errand): Promise<Outcome> {
  const path = new URL('./elsewhere-process.ts', import.meta.url)
  const clock = new URL('./other-wall-clock.ts', import.meta.url)
  const child = fork(path, [], {
    // Nothing of this process's own flags: a debugger's port would be taken.
    execArgv: ['--import', clock.href],
    env: { ...process.env, TZ: TIME_ZONE },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)))
    child.on('message', (answer: Answer) => {
      if ('outcome' in answer) resolve(answer.outcome)
      else reject(new Error(answer.stopped))
      child.kill()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      reject(new Error(`the other process ended (${signal ?? code}): ${said.trim()}`)),
    )
    child.send(errand)
  })
}
