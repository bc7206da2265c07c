// A process of the project's own that is there to be killed: what it says, and what ended it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { processPace } from '../../runtime/pace.ts'

export class Child {
  readonly #child
  readonly #ended: Promise<number | string>
  #hasEnded = false
  #output = ''
  #said = ''

  /** `file` is run by the Node that runs this. */
  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    this.#child.on('exit', () => (this.#hasEnded = true))
    this.#ended = once(this.#child, 'close').then(([code, signal]) => {
      return (code ?? signal) as number | string
    })
  }

  get output(): string {
    return this.#output
  }

  /** On stderr. */
  get said(): string {
    return this.#said
  }

  /** Waits until something is so, or the process has ended by itself. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let looks = 0; !this.#hasEnded && !(await isSo()); looks += 1) {
      if (looks === MOST_LOOKS)
        throw new Error(`a process never got so far: ${what}\n${this.#said}`)
      await processPace.pause(LOOK_MS)
    }
  }

  /** Waits for the end that it comes to by itself. */
  async end(): Promise<void> {
    const code = await this.#ended
    if (code !== 0) throw new Error(`a process ended with ${code}\n${this.#said}`)
  }

  /** SIGKILL, and returns when the process is gone; false if it had ended well before. */
  async kill(): Promise<boolean> {
    this.#child.kill('SIGKILL')
    if ((await this.#ended) === 'SIGKILL') return true
    await this.end()
    return false
  }
}

/** Between two looks; when what is waited for is so, the process goes on for about half of it. */
const LOOK_MS = 2
/** A process that hangs is a fault to be told, not a test that never ends. */
const MOST_LOOKS = 100_000
