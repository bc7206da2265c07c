// Which bars may fill an order: those that had not begun when it was given.
import type { Micros } from '../operator.ts'

/** When a bar ended, and when it came. */
export interface PastBar {
  readonly end: Micros
  readonly came: Micros
}

/** Timers take a microsecond each: an order that follows from a bar may be a few behind it. */
const AT_ONCE = 1_000

/**
 * A bar that had begun when the order was given says nothing about what the order would have met.
 * Bars are known a while after their end; an order that was given as soon as the bar `before` was
 * known was given at its end, so it meets the bar that begins there. How late the bar comes that is
 * to fill it has no say: it may be late for reasons of its own.
 */
export function isInTime(
  bar: { readonly start: Micros; readonly end: Micros },
  { reaches, latency }: { readonly reaches: Micros | null; readonly latency: number },
  before: PastBar | undefined,
): boolean {
  if (reaches === null || reaches >= bar.end) return false
  const given = reaches - latency
  const behind = before === undefined ? -1 : given - before.came
  return bar.start >= (before && behind >= 0 && behind <= AT_ONCE ? before.end : given)
}
