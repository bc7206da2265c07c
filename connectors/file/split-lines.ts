// Cuts chunks of bytes into lines. A line that is longer than a record may be is given up and its
// rest dropped, so memory stays bounded.
import { LONGEST_RECORD } from './input-record.ts'

export interface LineSplitter {
  /** Hands on the lines that the chunk completes, without their line breaks (`\n` or `\r\n`). */
  readonly push: (chunk: Buffer) => void
  /** Hands on what stands behind the last line break, if anything does. */
  readonly end: () => void
}

/**
 * `onLine` gets each line's bytes and its number, from 1. Of a line that is too long it gets the
 * beginning, with `isWhole` false.
 */
export function createLineSplitter(
  onLine: (line: Buffer, number: number, isWhole: boolean) => void,
): LineSplitter {
  let number = 0
  let held: Buffer[] = []
  let heldBytes = 0
  let isDropping = false

  const finish = (last: Buffer): void => {
    const line = heldBytes === 0 ? last : Buffer.concat([...held, last])
    held = []
    heldBytes = 0
    number += 1
    if (isDropping) isDropping = false
    else if (line.length > LONGEST_RECORD) onLine(line.subarray(0, LONGEST_RECORD), number, false)
    else onLine(line.at(-1) === 0x0d ? line.subarray(0, -1) : line, number, true)
  }
  const hold = (rest: Buffer): void => {
    if (isDropping || rest.length === 0) return
    held.push(rest)
    heldBytes += rest.length
    if (heldBytes <= LONGEST_RECORD) return
    onLine(Buffer.concat(held).subarray(0, LONGEST_RECORD), number + 1, false)
    held = []
    heldBytes = 0
    isDropping = true
  }
  return {
    push: (chunk) => {
      let start = 0
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, start)) {
        finish(chunk.subarray(start, at))
        start = at + 1
      }
      hold(chunk.subarray(start))
    },
    end: () => {
      if (heldBytes > 0) finish(Buffer.alloc(0))
    },
  }
}
