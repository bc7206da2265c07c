// Where everybody waits: each call of the log that a worker makes stops here at each of its points,
// and so does each pause. Nothing goes on until it is let go, so who lets go decides the order of
// everything. Virtual time passes only when nobody could go on without it.
import type { LogPoint } from '../../connectors/memory/log-point.ts'
import type { Random } from './random.ts'

export interface Waiter {
  readonly owner: string
  /** Undefined: a pause. */
  readonly point: LogPoint | undefined
  /** Virtual milliseconds at which a pause is over. */
  readonly due: number
  readonly goOn: () => void
  readonly fail: (error: Error) => void
  /** The step before which it is not let go. */
  heldUntil: number
}

export interface Pace {
  /** Virtual milliseconds. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

export class WaitingRoom {
  now = 0
  step = 0
  #waiters: Waiter[] = []
  readonly #dead = new Set<string>()

  /** Waits at a point; for ever, if its owner is dead. */
  readonly at = (point: LogPoint): Promise<void> => this.#enter(point.owner, point, 0)

  paceOf(owner: string): Pace {
    return {
      now: () => this.now,
      pause: (ms) => this.#enter(owner, undefined, this.now + ms),
    }
  }

  /** What its owner awaits never happens, now and later. */
  kill(owner: string): void {
    this.#dead.add(owner)
    this.#waiters = this.#waiters.filter((waiter) => waiter.owner !== owner)
  }

  /** Takes out who goes on next; undefined if nobody waits. */
  next(random: Random): Waiter | undefined {
    const ready = this.#waiters.filter((waiter) => this.#isReady(waiter))
    if (ready.length > 0) return this.#take(random.pick(ready))
    const pausing = this.#waiters.filter(({ point }) => point === undefined)
    const [first = this.#waiters[0]] = pausing.toSorted((a, b) => a.due - b.due)
    if (first === undefined) return undefined
    this.now = Math.max(this.now, first.due)
    return this.#take(first)
  }

  /** Puts somebody back who is not to go on before a step. */
  hold(waiter: Waiter, until: number): void {
    waiter.heldUntil = until
    this.#waiters.push(waiter)
  }

  #enter(owner: string, point: LogPoint | undefined, due: number): Promise<void> {
    return new Promise((goOn, fail) => {
      if (this.#dead.has(owner)) return
      this.#waiters.push({ owner, point, due, goOn, fail, heldUntil: 0 })
    })
  }

  #isReady({ point, due, heldUntil }: Waiter): boolean {
    if (heldUntil > this.step) return false
    return point !== undefined || due <= this.now
  }

  #take(waiter: Waiter): Waiter {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
    return waiter
  }
}
