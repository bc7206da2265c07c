// Reads the body of a broker's answer. Whatever the bytes are, it reads nothing outside them and
// allocates no more than they can fill: what does not fit is an EngineError `log-damaged`.
import { EngineError } from '../../../topology/engine-error.ts'

/** Of most answers: first stands how long a broker slowed us down; it delays its own answers. */
export function afterThrottle(body: Buffer, what: string): WireReader {
  const from = new WireReader(body, what)
  from.int32()
  return from
}

export class WireReader {
  readonly #bytes: Buffer
  readonly #what: string
  #at = 0

  /** `what`: whose answer it is, for messages. */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes
    this.#what = what
  }

  int8(): number {
    return this.#bytes.readInt8(this.#advance(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4))
  }

  int64(): number {
    return Number(this.bigint())
  }

  bigint(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8))
  }

  string(): string | undefined {
    const length = this.int16()
    if (length === -1) return undefined
    const at = this.#advance(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  /** A view; empty for null. */
  bytes(): Buffer {
    const length = this.int32()
    if (length === -1) return this.#bytes.subarray(0, 0)
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** An item takes at least one byte, so a length that cannot be is refused before anything. */
  array<T>(read: () => T): T[] {
    const length = this.int32()
    if (length > this.#bytes.length - this.#at) throw this.#damaged()
    const items: T[] = []
    for (let index = 0; index < length; index += 1) items.push(read())
    return items
  }

  #advance(length: number): number {
    const at = this.#at
    if (length < 0 || at + length > this.#bytes.length) throw this.#damaged()
    this.#at = at + length
    return at
  }

  #damaged(): EngineError {
    const message =
      `the broker's answer to ${this.#what} ends in the middle of a field; ` +
      'check that the address is that of a Kafka broker, version 2.8 or newer'
    const coordinates = { request: this.#what, byte: this.#at, bytes: this.#bytes.length }
    return new EngineError('log-damaged', message, { coordinates })
  }
}
