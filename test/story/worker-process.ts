// A process of `millrace run` over a story, which a test disturbs: it is killed, paused or asked to
// stop. What it says goes to files, which outlive a test that fails.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../../docker/native/until.ts'
import { guardProcess } from './process-guard.ts'
import type { Story } from './story.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export interface WorkerOptions {
  readonly story: Story
  /** Of its files, in the story's folder. */
  readonly name: string
  /** Where it finds the broker: `127.0.0.1:PORT`. */
  readonly bootstrap: string
  readonly untilIdle?: boolean
  /** Where it keeps copies of its state, in the story's folder; undefined: nowhere. */
  readonly copies?: string | undefined
}

export class WorkerProcess {
  readonly name: string
  readonly copies: string | undefined
  /** What it was told, a line each. */
  readonly errors: string
  readonly #output: string
  readonly #child
  readonly #ended: Promise<number | string>
  #end: number | string | undefined

  constructor({ story, name, bootstrap, untilIdle = false, copies }: WorkerOptions) {
    this.name = name
    this.copies = copies
    this.errors = join(story.folder, `${name}.errors`)
    this.#output = join(story.folder, `${name}.output`)
    const log = ['--log', `kafka:${bootstrap}`, '--env', story.environment]
    const pace = ['--commit-every', '100', '--commit-records', '200']
    const state = copies === undefined ? [] : ['--state', join(story.folder, copies)]
    const ending = untilIdle ? ['--until-idle'] : []
    const [out, said] = [openSync(this.#output, 'w'), openSync(this.errors, 'w')]
    this.#child = spawn(
      process.execPath,
      [main, 'run', story.file, ...log, ...pace, ...state, ...ending, '--json'],
      { stdio: ['ignore', out, said] },
    )
    for (const file of [out, said]) closeSync(file)
    const release = guardProcess(this.pid)
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      release()
      this.#end = (code ?? signal) as number | string
      return this.#end
    })
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error(`worker ${this.name} has not started`)
    return pid
  }

  /** Its exit code or what killed it; undefined while it runs. */
  get end(): number | string | undefined {
    return this.#end
  }

  /** What it printed. */
  get output(): string {
    return readFileSync(this.#output, 'utf8')
  }

  /** How many slots it has opened so far. */
  get slotsOpened(): number {
    return readFileSync(this.errors, 'utf8').split('"event":"slot-opened"').length - 1
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    this.send('SIGKILL')
    await this.#ended
  }

  /** SIGTERM. @throws if it does not end in order, and soon. */
  async stop(): Promise<void> {
    this.send('SIGTERM')
    await this.hasEnded(STOP_WITHIN_MS)
  }

  /** @throws if it ends in another way, or not in time. */
  async hasEnded(withinMs: number): Promise<void> {
    const isOver = await until(() => this.#end !== undefined, { withinMs })
    if (this.#end === 0) return
    const how = isOver ? `ended with ${this.#end}` : `has not ended within ${withinMs / 1000} s`
    if (!isOver) await this.kill()
    throw new Error(`worker ${this.name} ${how}; its last words:\n${this.lastWords()}`)
  }

  lastWords(): string {
    return readFileSync(this.errors, 'utf8').trimEnd().split('\n').slice(-LINES).join('\n')
  }
}

const STOP_WITHIN_MS = 60_000
const LINES = 12
