// Asks a log that is away for a while again, within a bound: a test goes on when its broker does.
import { isPassing } from '../../runtime/slot/passing.ts'
import { processPace } from '../../runtime/pace.ts'

const WITHIN_MS = 120_000
const PAUSE_MS = 100

/** `act` may be done again after it failed. */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  const { now, pause } = processPace
  const until = now() + WITHIN_MS
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isPassing(error) || now() > until) throw error
      await pause(PAUSE_MS)
    }
  }
}
