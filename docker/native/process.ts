// The process of a server: started apart from ours, known again by its pid file, ended by its id. A
// pid whose command line does not name the server's folder belongs to another program by now.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programOf } from './program.ts'
import { type Launch, type Need, ServerProblem } from './server.ts'
import { until } from './until.ts'

const pidFile = (folder: string) => join(folder, 'server.pid')

/** Where the server's output goes. */
export const logFile = (folder: string) => join(folder, 'server.log')

/** The id of the server's process, if it runs. Clears away a pid file that is stale. */
export function findProcess(folder: string): number | undefined {
  const pid = Number(readText(pidFile(folder)))
  if (Number.isInteger(pid) && pid > 0 && isServer(pid, folder)) return pid
  rmSync(pidFile(folder), { force: true })
  return undefined
}

/**
 * Whether the process has ended, and with it what it held: one that nobody has collected yet counts
 * as gone once its last thread is, for only then are its ports free.
 */
export function isGone(pid: number): boolean {
  const stat = readText(`/proc/${pid}/stat`)
  const state = stat.charAt(stat.lastIndexOf(')') + 2)
  if (state !== '' && state !== 'Z' && state !== 'X') return false
  return state === '' || /^Threads:\s*[01]$/m.test(readText(`/proc/${pid}/status`))
}

/**
 * Starts the server in a session of its own, so that it outlives us; its id is in the pid file,
 * which must not be there: whoever makes it first has started the server.
 */
export async function startProcess(
  folder: string,
  launch: Launch,
  needs: readonly Need[],
): Promise<number> {
  const need = needs.find(({ command }) => command === launch.command)
  const log = openSync(logFile(folder), 'a')
  const child = spawn(need === undefined ? launch.command : programOf(need), launch.args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
    ...(launch.user && { uid: launch.user.uid, gid: launch.user.gid }),
  })
  closeSync(log)
  const { pid } = await new Promise<typeof child>((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => resolve(child))
  })
  if (pid === undefined) throw new Error('a process that has started has an id')
  child.unref()
  try {
    writeFileSync(pidFile(folder), `${pid}\n`, { flag: 'wx' })
  } catch (error) {
    send(pid, 'SIGKILL')
    throw new ServerProblem(`another "up" is starting the server in ${folder}`, { cause: error })
  }
  return pid
}

/** Asks the process to end, waits, and after the bound ends it. */
export async function stopProcess(
  folder: string,
  pid: number,
  { signal, withinMs }: { readonly signal: NodeJS.Signals; readonly withinMs: number },
): Promise<'stopped' | 'killed'> {
  const gone = () => isGone(pid)
  send(pid, signal)
  send(pid, 'SIGCONT') // one that was paused would never hear
  const ended = await until(gone, { withinMs })
  if (!ended) {
    send(pid, 'SIGKILL')
    if (!(await until(gone, { withinMs }))) throw new Error(`process ${pid} outlives SIGKILL`)
  }
  rmSync(pidFile(folder), { force: true })
  return ended ? 'stopped' : 'killed'
}

/** Sends a signal; a process that is gone does not hear it, and that is no fault. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The memory that the process has in use, in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s*(\d+) kB/m.exec(readText(`/proc/${pid}/status`))
  return Number(line?.[1] ?? 0) * 1024
}

/** By its command line, in which each server names its folder. */
function isServer(pid: number, folder: string): boolean {
  return readText(`/proc/${pid}/cmdline`).includes(`${folder}/`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // no such file, no such process
  }
}
