// How a bad item shows what it was read from.
import { isUtf8 } from 'node:buffer'

const LONGEST = 1024

/** The line as text; `base64:` and its bytes where it is not UTF-8. */
export function originalOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : `base64:${bytes.toString('base64')}`
}

/** The beginning of what is too long to keep. A character that the cut goes through is left out. */
export function beginningOf(bytes: Buffer): string {
  let end = Math.min(bytes.length, LONGEST)
  while (end > LONGEST - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return originalOf(bytes.subarray(0, end))
}
