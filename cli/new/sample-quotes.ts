// Quotes for a first replay: made up, and the same every time.

const QUOTES = 200
const FIRST = Date.UTC(2024, 2, 1, 8)
const EVERY_MS = 20_000
/** Prices go up and down in this many quotes; the averages of a few minutes cross at every turn. */
const SWING = 60
const PIPS_A_QUOTE = 1.5
const PIP = 0.0001
const MIDDLE_PIPS = 10_850

/**
 * CSV with a header: symbol, bid, ask and time of EURUSD, one quote every 20 seconds for about an
 * hour.
 */
export function sampleQuotes(): string {
  const noise = generator(20_240_301)
  const lines = Array.from({ length: QUOTES }, (_, i) => {
    const phase = i % SWING
    const swing = Math.min(phase, SWING - phase) * PIPS_A_QUOTE
    const bidPips = MIDDLE_PIPS + swing + noise(40) / 10 - 2
    const spreadPips = 0.8 + noise(8) / 10
    const bid = (bidPips * PIP).toFixed(5)
    const ask = ((bidPips + spreadPips) * PIP).toFixed(5)
    return `EURUSD,${bid},${ask},${new Date(FIRST + i * EVERY_MS).toISOString()}`
  })
  return ['symbol,bid,ask,time', ...lines, ''].join('\n')
}

/** Whole numbers below `end`, from the linear congruential generator of Numerical Recipes. */
function generator(seed: number): (end: number) => number {
  let state = seed >>> 0
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
}
