// The records of a tail: the newest of what came, by time, each once. While it is held still, what
// comes waits.
import type { Update } from './answers.ts'
import { keyText } from './value-text.ts'

const MOST_KEPT = 2_000

export class TailRecords {
  #kept: readonly Update[] = []
  #waiting: Update[] = []
  isHeld = false

  /** Cheap: what comes is sorted when it is looked at. */
  add(updates: readonly Update[]): void {
    this.#waiting.push(...updates)
    if (this.#waiting.length > 2 * MOST_KEPT) this.#waiting = this.#waiting.slice(-MOST_KEPT)
  }

  /** Those whose key has a text in it, the newest first. */
  find(text: string): readonly Update[] {
    if (!this.isHeld && this.#waiting.length > 0) {
      this.#kept = newest(this.#kept, this.#waiting)
      this.#waiting = []
    }
    const wanted = text.trim().toLowerCase()
    if (wanted === '') return this.#kept
    return this.#kept.filter(({ key }) => keyText(key).toLowerCase().includes(wanted))
  }

  /** How many came since it was held. */
  get waiting(): number {
    return this.#waiting.length
  }
}

function newest(kept: readonly Update[], more: readonly Update[]): readonly Update[] {
  const all = new Map([...more.toReversed(), ...kept].map((update) => [update.position, update]))
  return [...all.values()].toSorted((a, b) => b.time - a.time).slice(0, MOST_KEPT)
}
