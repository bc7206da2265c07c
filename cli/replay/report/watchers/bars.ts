// Watches bars: candles to draw, what buying and holding would have given, and bars that are
// missing. Of a topic with bars of several lengths it takes the shortest.
import type { Value } from '../../../../schemas/type.ts'
import type { Bar, BuyAndHold, ReportQuality } from '../report-data.ts'
import { makeStretches, type Stretches, widerBar } from '../stretches.ts'
import { entryOf, type Needs, type See } from './watcher.ts'

export const BAR_FIELDS: Needs = {
  ...{ symbol: 'text', time: 'number', end: 'number' },
  ...{ open: 'number', high: 'number', low: 'number', close: 'number' },
}

/** Bars of one instrument from one topic. */
export interface BarSeries {
  readonly topic: string
  readonly symbol: string
  /** As written; null where lengths differ. */
  readonly every: number | null
  readonly written: number
  readonly bars: () => { readonly every: number; readonly bars: readonly Bar[] }
  readonly buyAndHold: BuyAndHold
  /** Undefined where none is missing. */
  readonly gaps: ReportQuality['gaps'][number] | undefined
}

export interface BarWatch {
  readonly see: (topic: string) => See
  /** In the order in which they were first seen. */
  readonly series: () => readonly BarSeries[]
}

const MOST_BARS = 5_000
const MOST_BARS_OF_ALL = 400_000
const FEWEST_BARS = 200

export function watchBars(): BarWatch {
  const found = new Map<string, Collected>()
  const most = (): number =>
    Math.max(FEWEST_BARS, Math.min(MOST_BARS, Math.floor(MOST_BARS_OF_ALL / found.size)))
  return {
    see: (topic) => (record) => {
      const bar = readBar(record.value)
      if (bar === undefined) return
      const name = JSON.stringify([topic, bar.symbol])
      const length = bar.end - bar.time
      const held = entryOf(found, name, () => collect(topic, bar.symbol, length, most))
      if (length < held.every && held.every % length === 0 && !held.isMixed) {
        const shorter = collect(topic, bar.symbol, length, most)
        found.set(name, shorter)
        take(shorter, bar)
      } else if (held.isMixed || length === held.every || length % held.every !== 0) take(held, bar)
    },
    series: () => [...found.values()].map(seriesOf),
  }
}

interface ReadBar extends Bar {
  readonly symbol: string
  readonly end: number
  readonly count: number
}

function readBar(value: Value): ReadBar | undefined {
  const [time, end] = [Number(value.time), Number(value.end)]
  const [open, high] = [Number(value.open), Number(value.high)]
  const [low, close] = [Number(value.low), Number(value.close)]
  const isWhole = [time, end, open, high, low, close].every(Number.isFinite) && end > time
  if (!isWhole) return undefined
  const [volume, count] = [Number(value.volume ?? 0), Number(value.count ?? 1)]
  return { symbol: String(value.symbol), time, end, open, high, low, close, volume, count }
}

interface Candle extends Bar {
  /** When its last bar begins. */
  readonly lastTime: number
}

interface Collected {
  readonly topic: string
  readonly symbol: string
  readonly every: number
  readonly candles: Stretches<Candle>
  first: ReadBar | undefined
  last: ReadBar | undefined
  isMixed: boolean
  written: number
  filled: number
  gaps: number
  missing: number
  longest: number
}

function collect(topic: string, symbol: string, every: number, most: () => number): Collected {
  const candles = makeStretches<Candle>({ width: every, most, widen: widerBar, join: joinCandles })
  const counts = { written: 0, filled: 0, gaps: 0, missing: 0, longest: 0 }
  const bounds = { first: undefined, last: undefined, isMixed: false }
  return { topic, symbol, every, candles, ...bounds, ...counts }
}

function take(held: Collected, bar: ReadBar): void {
  const { time, open, high, low, close, volume } = bar
  held.written += 1
  if (bar.count === 0) held.filled += 1
  if (bar.end - bar.time !== held.every) held.isMixed = true
  const gap = held.last === undefined ? 0 : time - held.last.end
  if (gap > 0) {
    held.gaps += 1
    held.missing += Math.round(gap / held.every)
    held.longest = Math.max(held.longest, gap)
  }
  if (held.first === undefined || time < held.first.time) held.first = bar
  if (held.last === undefined || time >= held.last.time) held.last = bar
  held.candles.add(time, { time, lastTime: time, open, high, low, close, volume })
}

function joinCandles(a: Candle, b: Candle): Candle {
  const earlier = a.time <= b.time ? a : b
  const later = a.lastTime > b.lastTime ? a : b
  return {
    time: earlier.time,
    lastTime: later.lastTime,
    open: earlier.open,
    high: Math.max(a.high, b.high),
    low: Math.min(a.low, b.low),
    close: later.close,
    volume: a.volume + b.volume,
  }
}

function seriesOf(held: Collected): BarSeries {
  const { topic, symbol, every, written, filled, first, last, isMixed, candles } = held
  if (first === undefined || last === undefined) throw new Error('a series without bars')
  const { gaps, missing, longest } = held
  const hasGaps = !isMixed && (gaps > 0 || filled > 0)
  return {
    topic,
    symbol,
    every: isMixed ? null : every,
    written,
    bars: () => ({
      every: candles.width(),
      bars: candles.entries().map(([time, candle]) => ({ ...candle, time })),
    }),
    buyAndHold: {
      ...{ topic, symbol, firstTime: first.time, lastTime: last.end },
      ...{ first: first.open, last: last.close },
    },
    gaps: hasGaps ? { topic, symbol, every, gaps, missing, longest, filled } : undefined,
  }
}
