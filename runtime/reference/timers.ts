// Timers of one task: one per step and key. Naive: a map, and a scan when the earliest may be due.

export interface Timer {
  readonly step: number
  readonly key: string
  readonly at: number
}

export class Timers {
  readonly #timers = new Map<string, Timer>()
  /** Never later than the earliest timer; lets a task skip the scan while nothing can be due. */
  #earliest = Number.POSITIVE_INFINITY

  /** A later call for the same step and key moves the timer. */
  set(step: number, key: string, at: number): void {
    this.#timers.set(`${step} ${key}`, { step, key, at })
    this.#earliest = Math.min(this.#earliest, at)
  }

  /** Those that have not fired. */
  left(): readonly Timer[] {
    return [...this.#timers.values()]
  }

  /**
   * Takes out the first timer that the clock passes on its way to `clock`: by (instant, step, key).
   */
  takeBefore(clock: number): Timer | undefined {
    if (this.#earliest >= clock) return undefined
    let first: Timer | undefined
    for (const timer of this.#timers.values()) {
      if (first === undefined || compareTimers(timer, first) < 0) first = timer
    }
    this.#earliest = first?.at ?? Number.POSITIVE_INFINITY
    if (first === undefined || first.at >= clock) return undefined
    this.#timers.delete(`${first.step} ${first.key}`)
    return first
  }
}

function compareTimers(a: Timer, b: Timer): number {
  return a.at - b.at || a.step - b.step || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}
