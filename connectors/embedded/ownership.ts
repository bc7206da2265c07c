// Who writes: one process, decided inside a write transaction, so that of two that open at once one
// is refused. Threads of that process may share it. An owner that died is replaced; should one be
// replaced that only seemed dead, its next write is fenced.
import { readFileSync } from 'node:fs'
import { EngineError } from '../../topology/engine-error.ts'
import { type Database, transactOn } from './environment.ts'
import { writerKey } from './keys.ts'

export interface Ownership {
  /** To be called inside of each write transaction. @throws EngineError `fenced`. */
  readonly check: () => void
  readonly release: () => void
}

interface Owner {
  readonly process: number
  /** When the process started, in ticks since the machine did; '' where that is not known. */
  readonly started: string
  readonly shared: boolean
  /** Open handles; 0: nobody writes. */
  readonly handles: number
}

const GENERATION_BYTES = 8

/** @throws EngineError `log-in-use`. */
export function claim(
  database: Database,
  { folder, shared }: { readonly folder: string; readonly shared: boolean },
): Ownership {
  const own = { process: process.pid, started: startOf(process.pid) ?? '' }
  let generation = 0
  transactOn(database, folder, () => {
    const known = readOwner(database)
    generation = known.generation
    const { owner } = known
    const isOurs = owner?.process === own.process && owner.started === own.started
    const joins = owner !== undefined && owner.handles > 0 && isOurs && owner.shared && shared
    if (!joins) {
      if (owner !== undefined && owner.handles > 0 && isAlive(owner)) throw inUse(folder, owner)
      generation += 1
    }
    const handles = joins ? owner.handles + 1 : 1
    writeOwner(database, generation, { ...own, shared, handles })
  })
  const check = (): void => {
    if (readGeneration(database) === generation) return
    throw new EngineError(
      'fenced',
      `another process has taken over the log "${folder}", so this one writes no more; ` +
        'end one of them and start this one again',
      { coordinates: { folder } },
    )
  }
  const release = (): void =>
    transactOn(database, folder, () => {
      const { owner, generation: current } = readOwner(database)
      if (owner === undefined || current !== generation) return
      writeOwner(database, generation, { ...owner, handles: owner.handles - 1 })
    })
  return { check, release }
}

function inUse(folder: string, owner: Owner): EngineError {
  const message =
    owner.process === process.pid
      ? `this process (${owner.process}) has the log "${folder}" open for writing already; ` +
        'close it first, or open it once and share it'
      : `process ${owner.process} is writing to the log "${folder}"; ` +
        'wait until it has ended, or stop it'
  return new EngineError('log-in-use', message, { coordinates: { folder, process: owner.process } })
}

function readOwner(database: Database): {
  readonly generation: number
  readonly owner: Owner | undefined
} {
  const stored = database.getBinary(writerKey)
  if (stored === undefined) return { generation: 0, owner: undefined }
  const owner = JSON.parse(stored.toString('utf8', GENERATION_BYTES)) as Owner
  return { generation: stored.readDoubleBE(0), owner }
}

function readGeneration(database: Database): number {
  return database.getBinaryFast(writerKey)?.readDoubleBE(0) ?? 0
}

function writeOwner(database: Database, generation: number, owner: Owner): void {
  const head = Buffer.alloc(GENERATION_BYTES)
  head.writeDoubleBE(generation)
  database.putSync(writerKey, Buffer.concat([head, Buffer.from(JSON.stringify(owner))]))
}

/** Whether the process that took the log still runs; not one that got its number later. */
function isAlive({ process: pid, started }: Owner): boolean {
  const start = startOf(pid)
  if (start !== undefined && started !== '') return start === started
  if (started !== '' && startOf(process.pid) !== undefined) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** From /proc, where there is one: undefined if the process is gone, or has ended. */
function startOf(pid: number): string | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  // Behind the name, which may hold anything: the state is field 3, the start time field 22.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}
