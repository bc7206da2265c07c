// A process of the project's own files that is to be killed: what it says on stderr, and how it
// ended.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Child {
  readonly said: () => string
  readonly out: () => string
  readonly hasEnded: () => boolean
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** SIGKILL, and waits until it is gone. Gives what ended it: it may have been faster. */
  readonly kill: () => Promise<number | NodeJS.Signals>
}

/** `file` is a path, run by the Node that runs this. */
export function startChild(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, said, hasEnded] = ['', '', false]
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.on('exit', () => (hasEnded = true))
  const ended = once(child, 'close').then(([code, signal]) => {
    return (code ?? signal) as number | NodeJS.Signals
  })
  return {
    said: () => said,
    out: () => out,
    hasEnded: () => hasEnded,
    ended,
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}
