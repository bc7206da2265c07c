// Where a reader stands in the bytes of one record. Every read stays within the record or throws,
// so what stands beside it in the buffer decides nothing. Its methods are named as avsc's tap's,
// because avsc's own types call them.
import { Buffer } from 'node:buffer'

const LOW_BITS = 28
const MOST_BYTES = 10

/** Who merges channels reads their buffers in turn; more than these and views are made anew. */
const VIEWS_KEPT = 8

interface Viewed {
  readonly buffer: Buffer
  readonly view: DataView
}

export class Cursor {
  #buffer: Buffer
  /** Reads doubles several times as fast as Buffer's own methods; to make one costs a record. */
  #view: DataView
  readonly #viewed: Viewed[] = []
  #replaced = 0
  #at = 0
  #end = 0

  constructor() {
    this.#buffer = Buffer.alloc(0)
    this.#view = viewOf(this.#buffer)
  }

  /** Stands at the beginning of the bytes from `start` to `end`. */
  open(buffer: Buffer, start: number, end: number): void {
    if (!(start >= 0 && start <= end && end <= buffer.length)) {
      throw new Error(`no bytes from ${start} to ${end} in a buffer of ${buffer.length}`)
    }
    if (buffer !== this.#buffer) this.#turnTo(buffer)
    this.#at = start
    this.#end = end
  }

  #turnTo(buffer: Buffer): void {
    this.#buffer = buffer
    for (const known of this.#viewed) {
      if (known.buffer === buffer) {
        this.#view = known.view
        return
      }
    }
    this.#view = viewOf(buffer)
    this.#viewed[this.#replaced] = { buffer, view: this.#view }
    this.#replaced = (this.#replaced + 1) % VIEWS_KEPT
  }

  get buffer(): Buffer {
    return this.#buffer
  }

  get at(): number {
    return this.#at
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#end - this.#at
  }

  /** Moves on by `size` bytes and returns where they begin. */
  take(size: number): number {
    const at = this.#at
    if (!(size >= 0 && size <= this.#end - at)) fail('truncated buffer')
    this.#at = at + size
    return at
  }

  /**
   * A zigzag varint. Exact up to 2^53 - 1 either way; what is beyond gives a number that is no safe
   * integer.
   */
  readLong(): number {
    const byte = this.#buffer[this.#at] ?? 0
    if (byte >= 0x80) return this.#readLonger()
    this.#moveTo(this.#at + 1)
    return (byte >>> 1) ^ -(byte & 1)
  }

  /**
   * A varint of two bytes or more. The first four and the next four, 28 bits each, are gathered as
   * integers: a time has eight.
   */
  #readLonger(): number {
    const buffer = this.#buffer
    const last = this.#at + MOST_BYTES
    let at = this.#at
    let byte = 0
    let low = 0
    for (let shift = 0; shift < LOW_BITS; shift += 7) {
      byte = buffer[at++] ?? 0
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    let middle = 0
    for (let shift = 0; byte >= 0x80 && shift < LOW_BITS; shift += 7) {
      byte = buffer[at++] ?? 0
      middle |= (byte & 0x7f) << shift
    }
    let high = middle * 2 ** (LOW_BITS - 1)
    for (let factor = 2 ** (2 * LOW_BITS - 1); byte >= 0x80; factor *= 128) {
      if (at === last) fail('a long has more than 10 bytes')
      byte = buffer[at++] ?? 0
      high += (byte & 0x7f) * factor
    }
    this.#moveTo(at)
    const magnitude = high + (low >>> 1)
    return low & 1 ? -magnitude - 1 : magnitude
  }

  #moveTo(at: number): void {
    if (at > this.#end) fail('truncated buffer')
    this.#at = at
  }

  readBoolean(): boolean {
    const at = this.take(1)
    return this.#buffer[at] !== 0
  }

  readFloat(): number {
    const at = this.take(4)
    return this.#view.getFloat32(at, true)
  }

  readDouble(): number {
    const at = this.take(8)
    return this.#view.getFloat64(at, true)
  }

  readBytes(): Buffer {
    return this.readFixed(this.readLong())
  }

  /** A copy, so that the value does not hold the whole buffer. */
  readFixed(size: number): Buffer {
    const at = this.take(size)
    const bytes = Buffer.allocUnsafe(size)
    this.#buffer.copy(bytes, 0, at, at + size)
    return bytes
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}

export function fail(reason: string): never {
  throw new Error(reason)
}
