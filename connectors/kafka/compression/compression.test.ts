import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressionOf, compressions } from './index.ts'
import { lz4 } from './lz4.ts'
import { snappy } from './snappy.ts'

const most = 1 << 20

test('each way has its number in the protocol', () => {
  expect(compressions.map(({ name }) => name)).toEqual(['gzip', 'snappy', 'lz4', 'zstd'])
  for (const each of compressions) expect(compressionOf(each.id)).toBe(each)
  expect([0, 5, -1].map(compressionOf)).toEqual([undefined, undefined, undefined])
})

describe.each(compressions)('$name', (compression) => {
  test('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(400), fc.nat(300_000)), fc.nat(255), (length, step) => {
        const bytes = Uint8Array.from({ length }, (_, at) => (at % 97 < 50 ? 7 : at * step))
        // Not at the beginning of its memory, as records of a fetch are not.
        const within = Buffer.concat([Buffer.from('xxx'), bytes]).subarray(3)
        const compressed = Buffer.concat([Buffer.from('x'), compression.compress(within)])
        const found = compression.decompress(compressed.subarray(1), most)
        expect(found.equals(bytes)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('makes repetition smaller', () => {
    const bytes = Buffer.alloc(200_000, 'abcdef')
    expect(compression.compress(bytes).length).toBeLessThan(20_000)
  })

  test('expands to no more than is allowed', () => {
    const bomb = compression.compress(Buffer.alloc(50 << 20))
    expect(() => compression.decompress(bomb, most)).toThrow()
    const whole = compression.compress(Buffer.alloc(most))
    expect(compression.decompress(whole, most).length).toBe(most)
  })

  test('refuses what is cut, and gives something or throws for what is changed', () => {
    const compressed = compression.compress(Buffer.from('the quick brown fox '.repeat(40)))
    for (let end = 1; end < compressed.length; end += 1) {
      const cut = compressed.subarray(0, end)
      if (compression === snappy && end === 16) continue // a whole stream of no blocks
      expect(() => compression.decompress(cut, most)).toThrow()
    }
    for (let at = 0; at < compressed.length; at += 1) {
      for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(compressed)
        changed[at] = byte
        expect(lengthOrNone(() => compression.decompress(changed, most))).toBeLessThanOrEqual(most)
      }
    }
  })
})

function lengthOrNone(decompress: () => Buffer): number {
  try {
    return decompress().length
  } catch {
    return 0
  }
}

describe('snappy', () => {
  // By the format's description: length, then a literal; and a literal with a copy of it.
  const bare = Buffer.from([5, 0x10, ...Buffer.from('hello')])
  const copied = Buffer.from([23, 0x14, ...Buffer.from('hello '), 0x42, 6, 0])
  const header = [0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]

  test('reads a bare block, as clients in C write it', () => {
    expect(snappy.decompress(bare, most).toString()).toBe('hello')
    expect(snappy.decompress(copied, most).toString()).toBe('hello hello hello hello')
  })

  test('reads blocks by length, and streams behind each other, as the Java client writes', () => {
    const stream = [...header, 0, 0, 0, bare.length, ...bare, 0, 0, 0, copied.length, ...copied]
    expect(snappy.decompress(Buffer.from(stream), most).toString()).toBe(
      'hellohello hello hello hello',
    )
    const twice = snappy.decompress(Buffer.from([...stream, ...stream]), most)
    expect(twice.toString()).toBe('hellohello hello hello hello'.repeat(2))
  })

  test('makes no room for what a block merely claims', () => {
    const claim = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x10, ...Buffer.from('hello')])
    expect(() => snappy.decompress(claim, most)).toThrow('claims 4294967295 bytes')
  })
})

test('lz4 reads a frame of one literal block, by the description of the format', () => {
  const frame = Buffer.from('04224d186040820500008068656c6c6f00000000', 'hex')
  expect(lz4.decompress(frame, most).toString()).toBe('hello')
})
