// Entries by stretch of time, in bounded memory: when there are too many, stretches are made wider
// and neighbours joined. What comes out is a function of what was added, and of nothing else.

export interface Stretches<T> {
  readonly add: (time: number, entry: T) => void
  /** The length of a stretch, in microseconds. */
  readonly width: () => number
  /** In order of time. */
  readonly entries: () => readonly (readonly [start: number, entry: T])[]
}

export interface StretchOptions<T> {
  readonly width: number
  readonly most: () => number
  /** The next width: a whole multiple. */
  readonly widen: (width: number) => number
  /** `later` was added after `earlier`. */
  readonly join: (earlier: T, later: T) => T
}

/** How far the number of stretches goes down when they are made wider. */
const LEFT = 0.6

export function makeStretches<T>({ width, most, widen, join }: StretchOptions<T>): Stretches<T> {
  let current = width
  let held = new Map<number, T>()
  const put = (into: Map<number, T>, time: number, entry: T): void => {
    const start = Math.floor(time / current) * current
    const there = into.get(start)
    into.set(start, there === undefined ? entry : join(there, entry))
  }
  const shrink = (aim: number): void => {
    while (held.size > Math.max(aim, 1)) {
      current = widen(current)
      const wider = new Map<number, T>()
      for (const [start, entry] of held) put(wider, start, entry)
      held = wider
    }
  }
  return {
    add: (time, entry) => {
      put(held, time, entry)
      if (held.size > most()) shrink(most() * LEFT)
    },
    width: () => current,
    entries: () => [...held].toSorted(([a], [b]) => a - b),
  }
}

/** Lengths that bars are made in, in microseconds: each is a multiple of the one before. */
const BAR_LENGTHS = [
  ...[1, 5, 15, 30].map((seconds) => seconds * 1_000_000),
  ...[1, 5, 15, 30].map((minutes) => minutes * 60_000_000),
  ...[1, 4, 12, 24, 168].map((hours) => hours * 3_600_000_000),
]

/** The next usual length of a bar that the given one divides; four times it where there is none. */
export function widerBar(length: number): number {
  const usual = BAR_LENGTHS.find((each) => each > length && each % length === 0)
  return usual !== undefined && usual <= length * 5 ? usual : length * 4
}

export function twice(width: number): number {
  return width * 2
}
