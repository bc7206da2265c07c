// The values of one column as Postgres's own binary form of an array, which it reads without
// parsing and which loses nothing: one such parameter per column carries all rows of a batch.

/**
 * An array is int32 dimensions (1), int32 whether there are nulls, int32 type of the elements,
 * int32 length, int32 lowest index (1); then of each element int32 bytes (-1: null) and what
 * `typsend` of its type makes (array_recv in src/backend/utils/adt/arrayfuncs.c).
 */
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const FIRST_BYTES = 4096
const LARGEST_HALF = 2 ** 32
const NULL = -1

/** What elements are sent as, by the names and numbers of `pg_type`. */
export const SENT_AS = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int4: 23,
  text: 25,
  float4: 700,
  float8: 701,
  timestamptz: 1184,
  interval: 1186,
} as const

export type SentAs = keyof typeof SENT_AS

/** Microseconds from 1970 to 2000, where Postgres's times begin. */
const EPOCH_HIGH = Math.floor(946_684_800_000_000 / LARGEST_HALF)
const EPOCH_LOW = 946_684_800_000_000 % LARGEST_HALF

export class ColumnArray {
  readonly #type: number
  #buffer = Buffer.allocUnsafe(FIRST_BYTES)
  #end = HEADER_BYTES
  /** Where the last element begins. */
  #last = HEADER_BYTES
  #length = 0
  #hasNulls = false

  constructor(sentAs: SentAs) {
    this.#type = SENT_AS[sentAs]
  }

  clear(): void {
    this.#end = HEADER_BYTES
    this.#length = 0
    this.#hasNulls = false
  }

  /** Takes the last element out again; only once after each that was added. */
  takeBack(): void {
    this.#end = this.#last
    this.#length -= 1
  }

  /** The parameter. It is good until the next change. */
  bytes(): Buffer {
    const buffer = this.#buffer
    buffer.writeInt32BE(this.#length === 0 ? 0 : 1, 0)
    buffer.writeInt32BE(this.#hasNulls ? 1 : 0, 4)
    buffer.writeInt32BE(this.#type, 8)
    buffer.writeInt32BE(this.#length, 12)
    buffer.writeInt32BE(1, 16)
    // An empty array has no dimensions, and ends behind its type.
    return buffer.subarray(0, this.#length === 0 ? 12 : this.#end)
  }

  addNull(): void {
    const at = this.#begin(0)
    this.#buffer.writeInt32BE(NULL, at - LENGTH_BYTES)
    this.#hasNulls = true
  }

  addBoolean(value: boolean): void {
    this.#buffer[this.#begin(1)] = value ? 1 : 0
  }

  addInt(value: number): void {
    const at = this.#begin(4)
    this.#buffer.writeInt32BE(value, at)
  }

  /** A safe integer. */
  addLong(value: number): void {
    const high = Math.floor(value / LARGEST_HALF)
    this.#halves(this.#begin(8), high, value - high * LARGEST_HALF)
  }

  addFloat(value: number): void {
    const at = this.#begin(4)
    this.#buffer.writeFloatBE(value, at)
  }

  addDouble(value: number): void {
    const at = this.#begin(8)
    this.#buffer.writeDoubleBE(value, at)
  }

  /** Microseconds since 1970, a safe integer; their distance from 2000 may be none. */
  addTime(micros: number): void {
    const high = Math.floor(micros / LARGEST_HALF)
    const low = micros - high * LARGEST_HALF - EPOCH_LOW
    const borrow = low < 0 ? 1 : 0
    this.#halves(this.#begin(8), high - EPOCH_HIGH - borrow, low + borrow * LARGEST_HALF)
  }

  /** Microseconds, then days and months, which it has none of. */
  addInterval(micros: number): void {
    const at = this.#begin(16)
    const high = Math.floor(micros / LARGEST_HALF)
    this.#halves(at, high, micros - high * LARGEST_HALF)
    this.#buffer.fill(0, at + 8, at + 16)
  }

  addText(value: string): void {
    // UTF-8 takes at most three bytes for one of JavaScript's units.
    const at = this.#begin(value.length * 3)
    const bytes = this.#buffer.write(value, at, 'utf8')
    this.#buffer.writeInt32BE(bytes, at - LENGTH_BYTES)
    this.#end = at + bytes
  }

  addBytes(value: Uint8Array): void {
    const at = this.#begin(value.length)
    this.#buffer.set(value, at)
  }

  #halves(at: number, high: number, low: number): void {
    this.#buffer.writeInt32BE(high, at)
    this.#buffer.writeUInt32BE(low, at + 4)
  }

  /** Makes room for an element of so many bytes, and says where they begin. */
  #begin(bytes: number): number {
    const at = this.#end + LENGTH_BYTES
    if (at + bytes > this.#buffer.length) this.#grow(at + bytes)
    this.#buffer.writeInt32BE(bytes, this.#end)
    this.#last = this.#end
    this.#end = at + bytes
    this.#length += 1
    return at
  }

  #grow(atLeast: number): void {
    const larger = Buffer.allocUnsafe(Math.max(atLeast, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }
}
