// Writes a request's body into one buffer, in the encoding of Kafka's protocol: big-endian numbers,
// strings with 16-bit lengths, arrays and bytes with 32-bit lengths, -1 for null.
const FIRST_BYTES = 512

export class WireWriter {
  #bytes: Buffer
  #at = 0

  /** `size`: about how many bytes there will be. */
  constructor(size = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  int8(value: number): this {
    this.#at = this.#reserve(1).writeInt8(value, this.#at)
    return this
  }

  int16(value: number): this {
    this.#at = this.#reserve(2).writeInt16BE(value, this.#at)
    return this
  }

  int32(value: number): this {
    this.#at = this.#reserve(4).writeInt32BE(value, this.#at)
    return this
  }

  int64(value: number): this {
    this.#at = this.#reserve(8).writeBigInt64BE(BigInt(value), this.#at)
    return this
  }

  string(text: string | undefined): this {
    if (text === undefined) return this.int16(-1)
    const length = Buffer.byteLength(text)
    this.int16(length)
    this.#at += this.#reserve(length).write(text, this.#at)
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.int32(bytes.length)
    this.#reserve(bytes.length).set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }

  /** What was written; the writer is not used again. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  #reserve(more: number): Buffer {
    if (this.#at + more > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow((this.#at + more) * 2)
      this.#bytes.copy(grown, 0, 0, this.#at)
      this.#bytes = grown
    }
    return this.#bytes
  }
}
