// Kafka's variable-length numbers, written into and read from plain bytes. It cures that kafkajs
// 2.2.4 builds each through a growing encoder and 64-bit objects, and that its decoder reads a
// damaged one without end. What cannot be read becomes a position behind the end: see VarintReader.

const SIGNED_32_BYTES = 5
const SIGNED_64_BYTES = 10
/** So many bytes make a small integer: as milliseconds 37 hours, far more than batches span. */
const SMALL_BYTES = 4
/** Seven of eight bytes: all that a safe integer can need. */
const COUNT_BYTES = 8
const TWO_31 = 0x80000000
const TWO_28 = 0x10000000

/** Writes a 32-bit integer, small in either sign; gives the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

export function varintSize(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0
  if (rest < 0x80) return 1
  if (rest < 0x4000) return 2
  if (rest < 0x200000) return 3
  return rest < TWO_28 ? 4 : SIGNED_32_BYTES
}

/** Writes an integer from 0 to 2^53; gives the position behind it. */
export function writeCount(bytes: Uint8Array, at: number, value: number): number {
  while (value >= TWO_31) {
    bytes[at++] = (value % 128) | 0x80
    value = Math.floor(value / 128)
  }
  while (value > 0x7f) {
    bytes[at++] = (value & 0x7f) | 0x80
    value >>>= 7
  }
  bytes[at++] = value
  return at
}

/**
 * Reads numbers from bytes[at, end). One that does not end there, or is longer than its type, sets
 * `isDamaged`, as does skipping too far; what is read from then on means nothing, but nothing
 * outside the bounds is touched and `at` stays within them. So a caller checks once per record.
 */
export class VarintReader {
  bytes: Uint8Array
  at = 0
  end = 0
  isDamaged = false

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Reads on in other bytes. */
  open(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes
    this.at = at
    this.end = Math.min(end, bytes.length)
    this.isDamaged = at > this.end
  }

  byte(): number {
    if (this.at < this.end) return this.bytes[this.at++] ?? 0
    this.isDamaged = true
    return 0
  }

  /** Moves over `length` bytes; gives where they begin. */
  skip(length: number): number {
    const { at } = this
    if (length >= 0 && length <= this.end - at) this.at = at + length
    else this.isDamaged = true
    return at
  }

  varint(): number {
    const first = this.byte()
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    const second = this.byte()
    const rest = (first & 0x7f) | ((second & 0x7f) << 7)
    return second < 0x80 ? (rest >>> 1) ^ -(rest & 1) : this.#longVarint(rest)
  }

  #longVarint(start: number): number {
    let rest = start
    for (let index = 2; index < SIGNED_32_BYTES; index += 1) {
      const next = this.byte()
      rest |= (next & 0x7f) << (7 * index)
      if (next < 0x80) return (rest >>> 1) ^ -(rest & 1)
    }
    this.isDamaged = true
    return 0
  }

  /** A 64-bit integer; exact as far as a double is. */
  varlong(): number {
    let low = 0
    for (let index = 0; index < SMALL_BYTES; index += 1) {
      const next = this.byte()
      low |= (next & 0x7f) << (7 * index)
      if (next < 0x80) return (low >>> 1) ^ -(low & 1)
    }
    return this.#longVarlong(low)
  }

  #longVarlong(low: number): number {
    let rest = BigInt(low)
    for (let index = SMALL_BYTES; index < SIGNED_64_BYTES; index += 1) {
      const next = this.byte()
      rest |= BigInt(next & 0x7f) << BigInt(7 * index)
      if (next < 0x80) return Number((rest >> 1n) ^ -(rest & 1n))
    }
    this.isDamaged = true
    return 0
  }

  /** An integer from 0 to 2^53. */
  count(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    let scale = 128
    for (let index = 1; index < COUNT_BYTES; index += 1) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER + 1) break
        return value
      }
      scale *= 128
    }
    this.isDamaged = true
    return 0
  }
}
