// One clock for all subscribers: each tick lets every feed send what it has held back.
export interface Ticker {
  readonly add: (tick: () => void) => void
  readonly remove: (tick: () => void) => void
}

const TICK_MS = 50

/** It rests while nobody is there. */
export function startTicker(pause: (ms: number) => Promise<void>): Ticker {
  const ticks = new Set<() => void>()
  let isRunning = false
  const run = async (): Promise<void> => {
    isRunning = true
    while (ticks.size > 0) {
      await pause(TICK_MS)
      for (const tick of ticks) tick()
    }
    isRunning = false
  }
  return {
    add: (tick) => {
      ticks.add(tick)
      if (!isRunning) void run()
    },
    remove: (tick) => void ticks.delete(tick),
  }
}
