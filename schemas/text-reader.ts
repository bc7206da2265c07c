// Texts out of UTF-8 bytes, quick where they repeat, as symbols do: recent short ones are kept and
// found by their bytes. What comes out is the same with and without them.
import type { Buffer } from 'node:buffer'

/** The text of the bytes from `start` to `end`. */
export type TextReader = (buffer: Buffer, start: number, end: number) => string

const PLACES = 256
const MOST_BYTES = 16
const WORDS = MOST_BYTES / 4

/** A reader with recent texts of its own: one for each field or key, as each repeats for itself. */
export function createTextReader(): TextReader {
  // At each place the last text that fell there, and its bytes in words. The texts kept have as
  // many characters as bytes.
  const texts = new Array<string>(PLACES).fill('')
  const words = new Int32Array(PLACES * WORDS)
  return (buffer, start, end) => {
    const length = end - start
    if (length > MOST_BYTES) return buffer.toString('utf8', start, end)
    const a = wordAt(buffer, start, end)
    const b = length > 4 ? wordAt(buffer, start + 4, end) : 0
    const c = length > 8 ? wordAt(buffer, start + 8, end) : 0
    const d = length > 12 ? wordAt(buffer, start + 12, end) : 0
    const place = placeOf(a, b, c, d)
    const first = place * WORDS
    const known = texts[place] ?? ''
    if (
      known.length === length &&
      words[first] === a &&
      words[first + 1] === b &&
      words[first + 2] === c &&
      words[first + 3] === d
    ) {
      return known
    }
    const text = buffer.toString('utf8', start, end)
    if (text.length === length) {
      texts[place] = text
      words[first] = a
      words[first + 1] = b
      words[first + 2] = c
      words[first + 3] = d
    }
    return text
  }
}

/** Up to four bytes as one number; 0 where there are none. */
function wordAt(buffer: Buffer, start: number, end: number): number {
  const stop = Math.min(start + 4, end)
  let word = 0
  for (let at = start; at < stop; at += 1) word = (word << 8) | (buffer[at] ?? 0)
  return word
}

/** Spreads words over places: the top bits of a product depend on all bits of its factors. */
function placeOf(a: number, b: number, c: number, d: number): number {
  const rest = Math.imul(c ^ Math.imul(d, 0x85ebca6b), 0xc2b2ae35)
  return Math.imul(a ^ Math.imul(b ^ rest, 0x9e3779b1), 0x27d4eb2f) >>> 24
}
