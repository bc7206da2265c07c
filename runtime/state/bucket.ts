// All entries under one key of a store, in memory, with what changed of them since the last commit.
// Their order is found when somebody asks for it, and kept from then on.

/** A place below a key: a text in a map, a safe integer in a window. One kind in one store. */
export type At = string | number

export interface Kept {
  readonly entry: object
  /** The task's clock when it was edited last, where anything goes by it. */
  edited: number
  bytes: number
}

export class Bucket {
  readonly key: string
  /** About what it takes, as its owner counts it. */
  bytes = 0
  /** Places whose entry was touched since the last commit. */
  readonly changed = new Set<At>()
  /** Moves when an entry is made or deleted that a step can see. */
  version = 0
  /** The slice of the clock in which it was last noted for looking through. */
  noted: number | undefined
  readonly #entries = new Map<At, Kept>()
  #order: At[] | undefined

  constructor(key: string) {
    this.key = key
  }

  get size(): number {
    return this.#entries.size
  }

  get(at: At): Kept | undefined {
    return this.#entries.get(at)
  }

  set(at: At, kept: Kept): void {
    const size = this.#entries.size
    this.#entries.set(at, kept)
    const order = this.#order
    if (order === undefined || size === this.#entries.size) return
    const last = order.at(-1)
    if (last === undefined || isBefore(last, at)) order.push(at)
    else order.splice(this.indexOf(at), 0, at)
  }

  /** Those edited longest ago stand first, if `setLast` was told of every edit. */
  get byEdit(): Iterable<readonly [At, Kept]> {
    return this.#entries
  }

  setLast(at: At, kept: Kept): void {
    this.#entries.delete(at)
    this.#entries.set(at, kept)
  }

  delete(at: At): void {
    if (this.#entries.delete(at)) this.#order?.splice(this.indexOf(at), 1)
  }

  /** Places in order. */
  get order(): readonly At[] {
    return (this.#order ??= [...this.#entries.keys()].sort((a, b) => (isBefore(a, b) ? -1 : 1)))
  }

  /** Where in the order the first place stands that is not before `at`. */
  indexOf(at: At): number {
    const { order } = this
    let [low, high] = [0, order.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(order[middle] ?? at, at)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Both are numbers, or both texts, which JavaScript compares by their code units. */
function isBefore(a: At, b: At): boolean {
  return (a as number) < (b as number)
}
