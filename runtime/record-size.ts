// How large a record may be that the engine puts onto a log, the same on every log, so that the
// answer does not depend on which one it is.

/**
 * Bytes of key and value together. Kafka takes 1,048,588 bytes of a batch where nothing else is
 * set (`max.message.bytes`), and what stands beside a record needs room.
 */
const MOST_BYTES = 1_000_000

export function fits(bytes: number): boolean {
  return bytes <= MOST_BYTES
}

/** @throws with the words of a reason, for a record that no log takes. */
export function assertFits(bytes: number): void {
  if (fits(bytes)) return
  throw new Error(
    `the record has ${inDigits(bytes)} bytes of key and value, and on the log there is room for ` +
      inDigits(MOST_BYTES),
  )
}

/** `1,234,567`. */
export function inDigits(count: number): string {
  return count.toLocaleString('en')
}
