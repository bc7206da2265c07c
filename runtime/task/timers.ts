// Timers of one task: one per step and key, taken out by (instant, step, key). A binary heap whose
// stale entries are passed over; the map says which entry of a key counts.

export interface Timer {
  readonly step: number
  readonly key: string
  readonly at: number
}

/** Fewer entries than this are not worth sweeping. */
const LEAST_SWEPT = 1024

export class Timers {
  /**
   * The earliest instant that may be due; infinity if there is none. A field, as every record asks
   * for it.
   */
  earliest = Number.POSITIVE_INFINITY
  /** By step, key to instant. */
  readonly #instants: Map<string, number>[] = []
  #heap: Timer[] = []
  /** By step, the keys whose timer was set or has gone since the last commit. */
  readonly #changed: Set<string>[] = []
  #sweepAt = LEAST_SWEPT

  constructor(steps: number) {
    for (let step = 0; step < steps; step += 1) {
      this.#instants.push(new Map())
      this.#changed.push(new Set())
    }
  }

  /** A later call for the same step and key moves the timer. */
  set(step: number, key: string, at: number): void {
    const instants = this.#of(step)
    if (instants.get(key) === at) return
    instants.set(key, at)
    this.#changed[step]?.add(key)
    this.#push({ step, key, at })
    if (this.#heap.length > this.#sweepAt) this.#sweep()
  }

  /** Puts a timer back as it was committed. */
  restore(step: number, key: string, at: number): void {
    this.#of(step).set(key, at)
    this.#push({ step, key, at })
  }

  /** Takes out the first timer that the clock passes on its way to `clock`, if any. */
  takeBefore(clock: number): Timer | undefined {
    for (let first = this.#heap[0]; first && first.at < clock; first = this.#heap[0]) {
      this.#pop()
      this.#noteEarliest()
      const instants = this.#of(first.step)
      if (instants.get(first.key) !== first.at) continue
      instants.delete(first.key)
      this.#changed[first.step]?.add(first.key)
      return first
    }
    return undefined
  }

  /** What changed since the last call: step, key, and the instant or undefined if it has gone. */
  takeChanges(take: (step: number, key: string, at: number | undefined) => void): void {
    for (const [step, keys] of this.#changed.entries()) {
      if (keys.size === 0) continue
      for (const key of keys) take(step, key, this.#of(step).get(key))
      keys.clear()
    }
  }

  /** Entries of the heap, those that were moved included. */
  get entries(): number {
    return this.#heap.length
  }

  /** Drops entries that were moved: a timer put off at every record must not pile up. */
  #sweep(): void {
    const live = this.#heap.filter(({ step, key, at }) => this.#of(step).get(key) === at)
    // A list in order is a heap.
    live.sort(compareTimers)
    this.#heap = live
    this.#sweepAt = Math.max(LEAST_SWEPT, live.length * 2)
    this.#noteEarliest()
  }

  #of(step: number): Map<string, number> {
    const instants = this.#instants[step]
    if (instants === undefined) throw new Error(`task has no step ${step}`)
    return instants
  }

  #noteEarliest(): void {
    this.earliest = this.#heap[0]?.at ?? Number.POSITIVE_INFINITY
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    if (timer.at < this.earliest) this.earliest = timer.at
    let at = heap.push(timer) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || compareTimers(parent, timer) <= 0) break
      heap[at] = parent
      at = up
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      let least = heap[child]
      if (least === undefined) break
      const right = heap[child + 1]
      if (right !== undefined && compareTimers(right, least) < 0) {
        least = right
        child += 1
      }
      if (compareTimers(last, least) <= 0) break
      heap[at] = least
      at = child
    }
    heap[at] = last
  }
}

function compareTimers(a: Timer, b: Timer): number {
  return a.at - b.at || a.step - b.step || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}
