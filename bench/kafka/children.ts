// Processes that the bench starts. Each is ended by its own handle, at the latest when the bench
// ends; what it printed is shown where it fails.
import { type ChildProcess, spawn } from 'node:child_process'

export interface Child {
  readonly pid: number
  /** What it has printed so far, output and errors. */
  readonly said: () => string
  /** Waits for its end, and gives its output. Throws where that is not its exit code 0. */
  readonly ended: () => Promise<string>
  /** Asks it to end, and waits. */
  readonly stop: () => Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function startChild(
  command: string,
  args: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd && { cwd }) })
  running.add(child)
  let [out, all] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    all += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()))
  const end = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return {
    pid: child.pid ?? 0,
    said: () => all,
    ended: async () => {
      const code = await end
      if (code === 0) return out
      throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${all}`)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await end
    },
  }
}

export async function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  return startChild(command, args, options).ended()
}
