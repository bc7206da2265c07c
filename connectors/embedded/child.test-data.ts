// Runs code beside the test: in a process of its own, or in a thread of this one. The code sees
// `open`, which opens the embedded log, `append`, which makes rows, and `say`, which tells the test
// a line.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'

const logModule = new URL('embedded-log.ts', import.meta.url).href
const batchModule = new URL('../batch-builder.ts', import.meta.url).href
const prelude = `
const { openEmbeddedLog: open } = await import('${logModule}')
const { BatchBuilder } = await import('${batchModule}')
const append = (topic, partition, texts) => {
  const builder = new BatchBuilder()
  for (const text of texts) builder.add(0, 'k', Buffer.from(text), 1, 1)
  return { topic, partition, batch: builder.take() }
}`

/** A folder that is removed when the test has finished. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

export interface Child {
  /** Lines that it says, until it ends. */
  readonly lines: AsyncIterableIterator<string>
  readonly process: ChildProcess
  /** Resolves once it has ended and been waited for. */
  readonly ended: Promise<unknown>
}

export function startProcess(code: string): Child {
  const say = "const say = (text) => process.stdout.write(text + '\\n')"
  const script = [prelude, say, code].join('\n')
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { lines, process: child, ended }
}

/** All that it says. */
export async function runProcess(code: string): Promise<readonly string[]> {
  const said: string[] = []
  for await (const line of startProcess(code).lines) said.push(line)
  return said
}

/** Runs the code in a thread; gives all that it says. */
export async function runThread(code: string): Promise<readonly string[]> {
  const said: string[] = []
  const worker = new Worker(
    `const say = (text) => require('node:worker_threads').parentPort.postMessage(text)
    ;(async () => {${prelude}\n${code}\n})()`,
    { eval: true },
  )
  worker.on('message', (text: string) => said.push(text))
  await once(worker, 'exit')
  return said
}
