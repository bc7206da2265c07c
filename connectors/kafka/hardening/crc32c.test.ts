import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import { originalChecksum } from './kafkajs-original.test-data.ts'

/** RFC 3720, appendix B.4, and the check value of the catalogue of checksums. */
const known: readonly (readonly [string, Buffer, number])[] = [
  ['nothing', Buffer.alloc(0), 0],
  ['nine digits', Buffer.from('123456789'), 0xe3069283],
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 rising', Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
  ['32 falling', Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c],
]

describe('the checksum', () => {
  test.each(known)('is the published one of %s', (_, bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum)
  })

  test("is kafkajs's own, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(crc32c(bytes)).toBe(originalChecksum(Buffer.from(bytes)) >>> 0)
      }),
    )
  })

  test('is that of the part asked for, wherever it begins', () => {
    const bytes = Buffer.from(Array.from({ length: 90 }, (_, at) => (at * 37) & 0xff))
    for (let start = 0; start < 20; start += 1) {
      for (let end = start; end <= bytes.length; end += 7) {
        expect(crc32c(bytes, start, end)).toBe(crc32c(Buffer.from(bytes.subarray(start, end))))
      }
    }
  })
})
