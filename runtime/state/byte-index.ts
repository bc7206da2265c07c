// Finds rows by bytes: a hash table over columns, without an object or a string per row, so that a
// restore of millions of entries costs little more than reading them.

/** Whether what stands in a row is these bytes. */
export type IsEqual = (row: number, bytes: Uint8Array, start: number, end: number) => boolean

const FIRST_SLOTS = 1_024

export class ByteIndex {
  readonly #isEqual: IsEqual
  /** Row + 1 by slot; 0: empty. At least twice as many slots as rows. */
  #slots = new Int32Array(FIRST_SLOTS)
  /** By row. */
  #hashes = new Int32Array(FIRST_SLOTS / 2)
  #count = 0

  constructor(isEqual: IsEqual) {
    this.#isEqual = isEqual
  }

  /** The row with these bytes; -1 if there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] ?? 0) - 1
      if (row < 0) return -1
      if (this.#hashes[row] === hash && this.#isEqual(row, bytes, start, end)) return row
    }
  }

  /** Adds bytes that are not there; returns their row. Rows are numbered from 0 on. */
  add(bytes: Uint8Array, start: number, end: number): number {
    if (this.#count === this.#hashes.length) this.#grow()
    const row = this.#count
    const hash = hashOf(bytes, start, end)
    this.#hashes[row] = hash
    this.#place(row, hash)
    this.#count = row + 1
    return row
  }

  #place(row: number, hash: number): void {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = row + 1
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2)
    hashes.set(this.#hashes)
    this.#hashes = hashes
    this.#slots = new Int32Array(hashes.length * 2)
    for (let row = 0; row < this.#count; row += 1) this.#place(row, hashes[row] ?? 0)
  }
}

/** FNV-1a, its high bits mixed into the low ones that choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = -2128831035
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 16777619)
  return hash ^ (hash >>> 15)
}
