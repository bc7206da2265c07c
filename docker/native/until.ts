// Waiting for a condition of another process, within a bound.
import { setTimeout as pause } from 'node:timers/promises'

/** Asks again until the answer is yes; false if the bound passed first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50 }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<boolean> {
  const bound = AbortSignal.timeout(withinMs)
  for (;;) {
    if (await condition()) return true
    if (bound.aborted) return false
    await pause(everyMs)
  }
}
