// The embedded log's clock and its only wait: when a record was appended, for retention, and how it
// waits for other processes and threads. Neither has a part in what the log holds or its order.
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds since 1970. */
export const wallClock = Date.now

export function waitFor(ms: number): Promise<void> {
  return pause(ms)
}
