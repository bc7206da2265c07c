// The sweep's input, `bars90d` of the backtesting peers: 90 days of one-minute bars of bids, from
// the walk of quotes with seed 43, as a CSV file for `millrace sweep` and the same for any engine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { quoteWalk } from '../backtest/quotes.ts'

export interface MinuteBar {
  readonly startMs: number
  readonly open: number
  high: number
  low: number
  close: number
  count: number
}

const BARS = 129_600
const SEED = 43
const MINUTE_MS = 60_000
const PER_UNIT = 100

/** Prices in hundredths. */
export function* minuteBars(): Generator<MinuteBar> {
  const next = quoteWalk(SEED)
  let bar: MinuteBar | undefined
  for (let made = 0; made < BARS;) {
    const { ms, bid } = next()
    const startMs = ms - (ms % MINUTE_MS)
    if (bar?.startMs !== startMs) {
      if (bar !== undefined) {
        yield bar
        made += 1
      }
      bar = { startMs, open: bid, high: bid, low: bid, close: bid, count: 0 }
    }
    bar.high = Math.max(bar.high, bid)
    bar.low = Math.min(bar.low, bid)
    bar.close = bid
    bar.count += 1
  }
}

/** Writes them as `market/Bar` of symbol A. */
export function writeBars(path: string): void {
  const lines = ['symbol,time,end,open,high,low,close,volume,count']
  for (const { startMs, open, high, low, close, count } of minuteBars()) {
    const prices = [open, high, low, close].map((price) => price / PER_UNIT)
    const times = [startMs, startMs + MINUTE_MS].map((ms) => ms * 1000)
    lines.push(['A', ...times, ...prices, count, count].join(','))
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${lines.join('\n')}\n`)
}
