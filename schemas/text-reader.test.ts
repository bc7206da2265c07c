import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTextReader } from './text-reader.ts'

/** Few different bytes, so that texts repeat and share places and prefixes. */
const bytes = fc.array(
  fc
    .uint8Array({ maxLength: 20 })
    .map((each) => each.map((byte) => [0, 65, 66, 195, 169][byte % 5] ?? 0)),
  { maxLength: 60 },
)

test('reads what UTF-8 says, seen before or not', () => {
  fc.assert(
    fc.property(bytes, (all) => {
      const read = createTextReader()
      const buffer = Buffer.concat(all)
      let start = 0
      for (const { length } of all) {
        const expected = buffer.toString('utf8', start, start + length)
        expect(read(buffer, start, start + length)).toBe(expected)
        expect(read(buffer, start, start + length)).toBe(expected)
        start += length
      }
    }),
  )
})

test('tells texts apart that differ in one byte, or in their length alone', () => {
  const read = createTextReader()
  const texts = [
    '',
    '\0',
    '\0\0',
    'A',
    'A\0',
    'BTCUSDT',
    'BTCUSDC',
    'BTCUSDT-PERPETUA',
    'BTCUSDT-PERPETUB',
  ]
  for (const text of [...texts, ...texts.toReversed()]) {
    const buffer = Buffer.from(`>${text}<`)
    expect(read(buffer, 1, buffer.length - 1)).toBe(text)
  }
})
