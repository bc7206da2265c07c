// Steps into chosen transactions of a trial's workers: the worker dies there, or the log fails. As
// transactions are chosen by number, the same seed does the same again.
import { EngineError } from '../../topology/engine-error.ts'
import type { AtPoint, LogPoint } from '../../connectors/memory/log-point.ts'
import { createDraw, type Draw } from './draw.ts'
import type { Trial } from './trial.ts'

export interface Disturbance {
  /** For every connection of a worker. */
  readonly at: AtPoint
  /** Resolves when the owner has died; it never comes back from where it is. */
  readonly death: (owner: string) => Promise<void>
  readonly isDead: (owner: string) => boolean
  /** From now on nobody comes back. */
  readonly end: () => void
  /** What was done, in order: `dies in the middle of transaction 12`. */
  readonly done: readonly string[]
}

type Deed = 'dies' | 'aborted' | 'outcome-unknown'

interface Planned {
  readonly deed: Deed
  readonly stage: LogPoint['stage']
}

const DISTURBANCES = 5
/** Chosen among so many transactions; disturbed-trials.ts makes about that many or more. */
const AMONG = 20

const deeds: Readonly<Record<'crashes' | 'faults', readonly Planned[]>> = {
  crashes: [
    { deed: 'dies', stage: 'before' },
    { deed: 'dies', stage: 'middle' },
    { deed: 'dies', stage: 'after' },
  ],
  // A log says aborted while nothing is committed yet, and nothing clear when something may be.
  faults: [
    { deed: 'aborted', stage: 'before' },
    { deed: 'aborted', stage: 'middle' },
    { deed: 'outcome-unknown', stage: 'middle' },
    { deed: 'outcome-unknown', stage: 'after' },
  ],
}

/** `slots` begins the names of the producers whose transactions count. */
export function disturb({ disturbed, workers }: Trial, slots: string): Disturbance {
  const draw = createDraw(disturbed?.seed ?? 0, 'disturbance')
  const planned = disturbed ? planDeeds(draw, deeds[disturbed.by]) : new Map<number, Planned>()
  const deaths = new Map<string, PromiseWithResolvers<undefined>>()
  const dead = new Set<string>()
  const due = new Map<string, Planned & { readonly number: number }>()
  const done: string[] = []
  let transactions = 0
  let hasEnded = false
  const deathOf = (owner: string): PromiseWithResolvers<undefined> => {
    const known = deaths.get(owner) ?? Promise.withResolvers<undefined>()
    deaths.set(owner, known)
    return known
  }
  const isDead = (owner: string): boolean => hasEnded || dead.has(owner)

  const act = async ({ owner, name = '', operation, stage }: LogPoint): Promise<void> => {
    if (operation !== 'transact' || !name.startsWith(slots)) return
    const id = `${owner} ${name}`
    if (stage === 'before') {
      transactions += 1
      const deed = planned.get(transactions)
      if (deed) due.set(id, { ...deed, number: transactions })
    }
    const next = due.get(id)
    if (next?.stage !== stage) return
    due.delete(id)
    done.push(`${next.deed} ${stage} transaction ${next.number}`)
    if (next.deed !== 'dies') throw faultOf(next.deed)
    dead.add(owner)
    deathOf(owner).resolve(undefined)
    await never()
  }

  return {
    at: async (point) => {
      if (isDead(point.owner)) await never()
      await act(point)
      // Several workers take turns in an order that the seed decides.
      if (workers > 1 && draw.int(0, 3) === 0) await new Promise(setImmediate)
      if (isDead(point.owner)) await never()
    },
    death: (owner) => deathOf(owner).promise,
    isDead,
    end: () => void (hasEnded = true),
    done,
  }
}

function planDeeds(draw: Draw, from: readonly Planned[]): ReadonlyMap<number, Planned> {
  const planned = new Map<number, Planned>()
  while (planned.size < DISTURBANCES) planned.set(draw.int(1, AMONG), draw.pick(from))
  return planned
}

function faultOf(code: string): EngineError {
  return new EngineError(code, `verify made the log say ${code}`, { coordinates: {} })
}

export function never(): Promise<never> {
  return new Promise(() => undefined)
}
