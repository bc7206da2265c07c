// The order in which a task takes from its channels: by (clock, place of the channel), and nothing
// while another channel could still bring what sorts before it.
import type { Channel } from './channel.ts'

export class Merge {
  readonly #channels: readonly Channel[]
  /** The channel taken from last, which nearly always brings the next item too. */
  #current: Channel | undefined
  /** The least bound of the others, and its channel's place. */
  #limit = Number.POSITIVE_INFINITY
  #limitIndex = 0
  /** The channel that the task waits for, after `next` gave nothing. */
  waitsFor: Channel | undefined

  /** `channels` in merge order: `index` is the place. */
  constructor(channels: readonly Channel[]) {
    this.#channels = channels
  }

  /** To be called when channels got rows or were decided upon: what was known of them is old. */
  refresh(): void {
    this.#current = undefined
  }

  /** The channel whose head comes next; undefined if the task has to wait, or all have ended. */
  next(): Channel | undefined {
    const current = this.#current
    if (current !== undefined && (current.hasHead || current.readHead())) {
      const { headClock } = current
      if (headClock < this.#limit) return current
      if (headClock === this.#limit && current.index < this.#limitIndex) return current
    }
    return this.#choose()
  }

  /** Finds the least bound, and the least of the others, which holds while rows are taken. */
  #choose(): Channel | undefined {
    let first: Channel | undefined
    let least = Number.POSITIVE_INFINITY
    this.#limit = Number.POSITIVE_INFINITY
    this.#limitIndex = Number.POSITIVE_INFINITY
    for (const channel of this.#channels) {
      const bound = channel.bound()
      if (bound === Number.POSITIVE_INFINITY) continue
      if (first === undefined || bound < least) {
        this.#limit = least
        this.#limitIndex = first?.index ?? Number.POSITIVE_INFINITY
        first = channel
        least = bound
      } else if (bound < this.#limit) {
        this.#limit = bound
        this.#limitIndex = channel.index
      }
    }
    const isReady = first?.hasHead === true
    this.#current = isReady ? first : undefined
    this.waitsFor = isReady ? undefined : first
    return this.#current
  }
}
