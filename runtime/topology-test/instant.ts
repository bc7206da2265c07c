// Instants in tests: a duration since 1970 reads best (`5s`), microseconds and ISO 8601 are there
// too.
import { parseDuration } from '../../topology/duration.ts'

/** Microseconds since 1970, or undefined if the text is no instant. */
export function instantOf(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : undefined
  const duration = parseDuration(text)
  if ('micros' in duration) return duration.micros
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  const milliseconds = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1_000
}
