// What stays in memory of something that can be read again: what was used lately, and what was used
// before that; when both would pass the limit, the older goes as a whole.

export class RecentlyUsed<V extends { bytes: number }> {
  readonly #limit: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #youngBytes = 0
  #oldBytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** About what all of it takes. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes
  }

  /** What is asked for counts as used. */
  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#promote(key)
  }

  add(key: string, value: V): void {
    this.#young.set(key, value)
    this.#youngBytes += value.bytes
  }

  /** Something used since the last `letGo` takes that much from now on. */
  resize(value: V, bytes: number): void {
    this.#youngBytes += bytes - value.bytes
    value.bytes = bytes
  }

  /** Forgets something used since the last `letGo`. */
  drop(key: string, { bytes }: V): void {
    if (this.#young.delete(key)) this.#youngBytes -= bytes
  }

  /** To be called when all can be read again; says whether anything has to be asked for anew. */
  letGo(): boolean {
    if (this.#youngBytes * 2 <= this.#limit) return false
    this.#old = this.#young
    this.#young = new Map()
    this.#oldBytes = this.#youngBytes
    this.#youngBytes = 0
    return true
  }

  #promote(key: string): V | undefined {
    const value = this.#old.get(key)
    if (value === undefined) return undefined
    this.#old.delete(key)
    this.#oldBytes -= value.bytes
    this.add(key, value)
    return value
  }
}
