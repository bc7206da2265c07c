import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VarintReader, varintSize, writeCount, writeVarint } from './varint.ts'

const OUTSIDE = 0x55

function readerOf(bytes: Uint8Array): VarintReader {
  // What stands outside the bounds must not be read: it would end any number.
  const all = Buffer.concat([Buffer.from([OUTSIDE]), bytes, Buffer.from([OUTSIDE])])
  const reader = new VarintReader(all)
  reader.open(all, 1, 1 + bytes.length)
  return reader
}

function written(write: (bytes: Uint8Array, at: number, value: number) => number, value: number) {
  const bytes = Buffer.alloc(12)
  return bytes.subarray(0, write(bytes, 0, value))
}

/** Zigzag and seven bits a byte, as the protocol's documentation has it. */
function zigzagBytes(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value >= 0n ? 2n * value : -2n * value - 1n
  for (; rest > 127n; rest /= 128n) bytes.push(Number(rest % 128n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

const edges = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 20, 2 ** 27, -(2 ** 27), 2 ** 28 - 1]
const limits = [2 ** 28, 2 ** 31 - 1, -(2 ** 31)]

describe('a number of 32 bits', () => {
  test.each([...edges, ...limits])('is written as documented and read back: %d', (value) => {
    const bytes = written(writeVarint, value)
    expect(bytes).toEqual(zigzagBytes(BigInt(value)))
    expect(varintSize(value)).toBe(bytes.length)
    const reader = readerOf(bytes)
    expect([reader.varint(), reader.at, reader.isDamaged]).toEqual([value, reader.end, false])
  })

  test('is written as documented and read back, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const bytes = written(writeVarint, value)
        expect(bytes).toEqual(zigzagBytes(BigInt(value)))
        expect(varintSize(value)).toBe(bytes.length)
        expect(readerOf(bytes).varint()).toBe(value)
      }),
    )
  })
})

test('a number of 64 bits is read as far as a double is exact', () => {
  const safe = fc.maxSafeInteger()
  fc.assert(
    fc.property(safe, (value) => {
      expect(readerOf(zigzagBytes(BigInt(value))).varlong()).toBe(value)
    }),
  )
  expect(readerOf(zigzagBytes(-(2n ** 63n))).varlong()).toBe(-(2 ** 63))
})

test('a count is read as it was written, up to 2 to the 53', () => {
  const most = Number.MAX_SAFE_INTEGER + 1
  const fixed = [0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 49, most - 1, most]
  const counts = fc.oneof(fc.constantFrom(...fixed), fc.maxSafeNat())
  fc.assert(
    fc.property(counts, (value) => {
      const reader = readerOf(written(writeCount, value))
      expect([reader.count(), reader.at, reader.isDamaged]).toEqual([value, reader.end, false])
    }),
  )
})

const most = (count: number, byte: number): readonly number[] => Array<number>(count).fill(byte)
const damages: readonly (readonly [string, (from: VarintReader) => number, readonly number[]])[] = [
  ['a varint that does not end', (from) => from.varint(), [0x80, 0x80]],
  ['a varint that is too long', (from) => from.varint(), most(9, 0x80)],
  ['a varlong that does not end', (from) => from.varlong(), [0x80]],
  ['a varlong that is too long', (from) => from.varlong(), most(20, 0x80)],
  ['a count that does not end', (from) => from.count(), [0xff]],
  ['a count that is too long', (from) => from.count(), most(9, 0xff)],
  ['a count above 2 to the 53', (from) => from.count(), [...most(7, 0xff), 0x7f]],
  ['a byte that is not there', (from) => from.byte(), []],
  ['a way too far', (from) => from.skip(3), [1, 2]],
  ['a way back', (from) => from.skip(-1), [1, 2]],
]

test.each(damages)('%s is damage, and nothing outside is read', (_, read, bytes) => {
  const reader = readerOf(Buffer.from(bytes))
  read(reader)
  expect(reader.isDamaged).toBe(true)
  expect(reader.at).toBeLessThanOrEqual(reader.end)
})
