// Where and when figures were taken: what must stand beside them to be compared later.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'

export interface Taken {
  /** ISO 8601, a day. */
  readonly date: string
  readonly commit: string
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** Load averages when it began, of one and fifteen minutes. */
  readonly load: readonly [one: number, fifteen: number]
}

export function takenNow(date: string): Taken {
  const git = (...args: readonly string[]): string => {
    return execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim()
  }
  const [one = 0, , fifteen = 0] = loadavg()
  const changes = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' and changes'
  return {
    date,
    commit: `${git('rev-parse', '--short', 'HEAD')}${changes}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: [one, fifteen],
  }
}
