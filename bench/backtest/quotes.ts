// The backtest's input: a random walk of quotes by integer arithmetic alone, so that every engine
// and language can make the same one. Quote i takes draws 3i, 3i + 1 and 3i + 2 of mulberry32.
import type { Value } from '../../schemas/type.ts'

/** What the peers ran on. */
export const SEED = 42

/** 2024-01-01T00:00:00Z */
const START_MS = 1_704_067_200_000

/** Prices in hundredths. */
export interface Quote {
  readonly ms: number
  readonly bid: number
  readonly ask: number
}

/** Gives the next quote at every call, for ever. No time is on a minute: all are odd. */
export function quoteWalk(seed: number): () => Quote {
  const draw = mulberry32(seed)
  let bid = 100_000
  let ms = START_MS + 1
  return () => {
    bid += (draw() % 21) - 10
    ms += 2 * (1 + (draw() % 999))
    const ask = bid + 1 + (draw() % 3)
    return { ms, bid, ask }
  }
}

/** The quote as a `market/Quote`. */
export function quoteValue({ ms, bid, ask }: Quote, symbol: string): Value {
  return {
    symbol,
    bid: bid / 100,
    ask: ask / 100,
    bid_size: null,
    ask_size: null,
    time: ms * 1_000,
    received: null,
  }
}

/** Tommy Ettinger's generator: unsigned 32 bits at every call. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const twice = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return (twice ^ (twice >>> 14)) >>> 0
  }
}
