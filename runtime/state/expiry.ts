// Which keys of a store have to be looked through for entries that are gone. The clock is cut into
// slices; a key is noted once in each slice in which an entry of it was edited, and looked through
// when all those entries are past their time. What a step sees does not depend on when that is.
import type { EntrySource } from './task-store.ts'

/** An entry stays in the log's state for at most a slice longer than it can be seen, and a bit. */
const SLICES_PER_KEEP = 16

/** Keys looked through at a commit, beside as many as were noted since the last one. */
const SWEPT = 1_000

const NOTE = Buffer.of(0)

export class Expiry {
  readonly #keep: number
  readonly #width: number
  readonly #prefix: string
  /** Keys by slice, the earliest slice first. */
  readonly #slices = new Map<number, Set<string>>()
  /** Notes by name, and whether they are there now. */
  readonly #changed = new Map<string, boolean>()

  /** `prefix`: what the names of its notes begin with. */
  constructor(keep: number, source: EntrySource, prefix: string) {
    this.#keep = keep
    this.#width = Math.max(1, Math.ceil(keep / SLICES_PER_KEEP))
    this.#prefix = prefix
    const notes = [...source.entries(prefix)].map(([name]) => {
      const end = name.indexOf('/', prefix.length)
      return { slice: Number(name.slice(prefix.length, end)), key: name.slice(end + 1) }
    })
    for (const { slice, key } of notes.sort((a, b) => a.slice - b.slice)) {
      this.#keysOf(slice).add(key)
    }
  }

  /** The slice in which the clock stands. */
  sliceAt(now: number): number {
    return Math.floor(now / this.#width)
  }

  /** The clock never goes back, so no slice comes after a later one. */
  note(slice: number, key: string): void {
    const keys = this.#keysOf(slice)
    if (keys.has(key)) return
    keys.add(key)
    this.#changed.set(this.#nameOf(slice, key), true)
  }

  /** Takes out keys that are due, in a number that keeps pace with what is noted. */
  takeDue(now: number): readonly string[] {
    const most = SWEPT + this.#changed.size
    const due: string[] = []
    for (const [slice, keys] of this.#slices) {
      if ((slice + 1) * this.#width + this.#keep > now) break
      for (const key of keys) {
        if (due.length === most) return due
        keys.delete(key)
        this.#changed.set(this.#nameOf(slice, key), false)
        due.push(key)
      }
      this.#slices.delete(slice)
    }
    return due
  }

  takeChanges(take: (name: string, bytes: Uint8Array | null) => void): void {
    for (const [name, isThere] of this.#changed) take(name, isThere ? NOTE : null)
    this.#changed.clear()
  }

  #keysOf(slice: number): Set<string> {
    const known = this.#slices.get(slice)
    if (known !== undefined) return known
    const keys = new Set<string>()
    this.#slices.set(slice, keys)
    return keys
  }

  #nameOf(slice: number, key: string): string {
    return `${this.#prefix}${slice}/${key}`
  }
}
