// Reads and writes the values that have no parts, where avsc is too lenient (enums, half
// surrogates, wide longs) or has no such type (decimals, milliseconds as microseconds). Relies on
// avsc's tap, which the pinned version holds still, to write; reads with our own cursor.
import { type Cursor, fail } from './cursor.ts'
import { Decimal, bytesToDecimal, decimalProblem, decimalToBytes, padToFixed } from './decimal.ts'
import type { DecimalRoom } from './decimal.ts'
import { createTextReader } from './text-reader.ts'

/**
 * avsc's place in a buffer. Writing past the end is not done, in silence; avsc looks at `pos` when
 * it is done.
 */
export interface Tap {
  readonly buf: Buffer
  pos: number
  readonly writeLong: (value: number) => void
  readonly writeString: (value: string) => void
  readonly writeBytes: (bytes: Buffer) => void
  readonly writeFixed: (bytes: Buffer, size: number) => void
}

export interface ReadWrite {
  readonly _read: (cursor: Cursor) => unknown
  readonly _write: (tap: Tap, value: unknown) => void
}

export const int: ReadWrite = {
  _read: (cursor) => {
    const value = cursor.readLong()
    return value === (value | 0) ? value : fail('an int is beyond 32 bits')
  },
  _write: (tap, value) => {
    if (typeof value !== 'number' || value !== (value | 0)) fail('not an int')
    tap.writeLong(value)
  },
}

/** avsc's arithmetic is exact up to here; below -2^52 it changes longs without a word. */
const exact = 2 ** 52

export const long: ReadWrite = {
  _read: (cursor) => {
    const value = cursor.readLong()
    return Number.isSafeInteger(value) ? value : fail('a long is beyond 2^53')
  },
  _write: (tap, value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) fail('not a long')
    if (value <= exact && value >= -exact) tap.writeLong(value)
    else writeWideLong(tap, BigInt(value))
  },
}

function writeWideLong(tap: Tap, value: bigint): void {
  let zigzag = value < 0n ? -2n * value - 1n : 2n * value
  for (; zigzag > 0x7fn; zigzag >>= 7n) tap.buf[tap.pos++] = Number(zigzag & 0x7fn) | 0x80
  tap.buf[tap.pos++] = Number(zigzag)
}

/** Milliseconds on the wire, microseconds in the value. */
export const millis: ReadWrite = {
  _read: (cursor) => {
    const micros = cursor.readLong() * 1000
    return Number.isSafeInteger(micros) ? micros : fail('a time is beyond 2^53')
  },
  _write: (tap, value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value % 1000 !== 0) {
      fail('not a whole millisecond')
    }
    tap.writeLong(value / 1000)
  },
}

/** One for each field: it keeps the field's recent texts. */
export function string(): ReadWrite {
  const textOf = createTextReader()
  return {
    _read: (cursor) => {
      const length = cursor.readLong()
      const start = cursor.take(length)
      return textOf(cursor.buffer, start, start + length)
    },
    _write: writeText,
  }
}

export function writeText(tap: Tap, value: unknown): void {
  if (typeof value !== 'string' || !value.isWellFormed()) fail('not a string')
  tap.writeString(value)
}

export const bytes: ReadWrite = {
  _read: (cursor) => cursor.readBytes(),
  _write: (tap, value) => {
    if (!(value instanceof Uint8Array)) fail('not bytes')
    tap.writeBytes(asBuffer(value))
  },
}

export function fixed(size: number): ReadWrite {
  return {
    _read: (cursor) => cursor.readFixed(size),
    _write: (tap, value) => {
      if (!(value instanceof Uint8Array) || value.length !== size) fail('not a fixed')
      tap.writeFixed(asBuffer(value), size)
    },
  }
}

export function enumeration(symbols: readonly string[]): ReadWrite {
  const indices = new Map<unknown, number>(symbols.map((symbol, index) => [symbol, index]))
  return {
    _read: (cursor) => symbols[cursor.readLong()] ?? fail('an enum has an index without a symbol'),
    _write: (tap, value) => tap.writeLong(indices.get(value) ?? fail('not a symbol')),
  }
}

export function decimal(room: DecimalRoom, size: number | undefined): ReadWrite {
  return {
    _read: (cursor) => {
      const digits = size === undefined ? cursor.readBytes() : cursor.readFixed(size)
      if (digits.length === 0) return fail('a decimal has no bytes')
      const value = bytesToDecimal(digits, room.scale)
      return decimalProblem(value, room) === undefined
        ? value
        : fail('a decimal has too many digits')
    },
    _write: (tap, value) => {
      if (!Decimal.isDecimal(value) || decimalProblem(value, room) !== undefined) fail('no decimal')
      const digits = decimalToBytes(value, room.scale)
      if (size === undefined) tap.writeBytes(digits)
      else tap.writeFixed(padToFixed(digits, size), size)
    },
  }
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
