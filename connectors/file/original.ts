// How a bad item shows what it was read from, and back.
import { isUtf8 } from 'node:buffer'

const LONGEST = 1024
const PACKED = 'base64:'

/**
 * The line as text; `base64:` and its bytes where it is not UTF-8, or where it would look as if
 * it were not.
 */
export function originalOf(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : undefined
  return text === undefined || text.startsWith(PACKED)
    ? `${PACKED}${bytes.toString('base64')}`
    : text
}

/** The bytes that an item's `original` was made from. */
export function originalBytes(original: string): Buffer {
  return original.startsWith(PACKED)
    ? Buffer.from(original.slice(PACKED.length), 'base64')
    : Buffer.from(original, 'utf8')
}

/** The beginning of what is too long to keep. A character that the cut goes through is left out. */
export function beginningOf(bytes: Buffer): string {
  let end = Math.min(bytes.length, LONGEST)
  while (end > LONGEST - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return originalOf(bytes.subarray(0, end))
}
