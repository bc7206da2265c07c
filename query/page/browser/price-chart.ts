// Bars as candles, with the signals that were given and the fills that came of them.
import type uPlot from 'uplot'
import { element } from './dom.ts'
import { colour, makePlot, padded, type Plot } from './plot.ts'
import { type Bar, lastUntil, type Mark } from './series.ts'
import { moment, number } from './value-text.ts'

export interface Prices {
  readonly bars: readonly Bar[]
  readonly signals: readonly Mark[]
  readonly fills: readonly Mark[]
}

export interface PriceChart {
  readonly root: HTMLElement
  readonly show: (prices: Prices) => void
  readonly end: () => void
}

const HEIGHT = 340
const MICROS_PER_MS = 1_000

export function priceChart(symbol: string): PriceChart {
  let prices: Prices = { bars: [], signals: [], fills: [] }
  let middles: readonly number[] = []
  const plot: Plot = makePlot({
    title: symbol,
    height: HEIGHT,
    valueText: (value) => number(value),
    range: (chart) => {
      const [from, to] = chart.series[0]?.idxs ?? [0, 0]
      const seen = prices.bars.slice(from, to + 1)
      const [start, end] = [seen[0]?.time ?? 0, seen.at(-1)?.end ?? 0]
      const filled = prices.fills.filter(({ time }) => time >= start && time <= end)
      const values = [...seen.flatMap(({ low, high }) => [low, high]), ...filled.flatMap(priceOf)]
      return padded(Math.min(...values), Math.max(...values))
    },
    series: { paths: () => null, points: { show: false } },
    draw: (chart) => {
      drawCandles(chart, prices.bars, middles)
      drawSignals(chart, prices, middles)
      drawFills(chart, prices.fills)
    },
    words: (at) => words(prices, at),
  })
  return {
    root: element('div', {}, legend(), plot.root),
    show: (next) => {
      prices = next
      middles = next.bars.map(({ time, end }) => (time + end) / 2)
      plot.setData(
        middles,
        next.bars.map(({ close }) => close),
      )
    },
    end: plot.end,
  }
}

function priceOf({ price }: Mark): number[] {
  return price === null ? [] : [price]
}

function drawCandles(chart: uPlot, bars: readonly Bar[], middles: readonly number[]): void {
  const { ctx } = chart
  const ratio = devicePixelRatio
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const [from, to] = [Math.max(lastUntil(middles, min), 0), lastUntil(middles, max) + 1]
  const y = (price: number): number => chart.valToPos(price, 'y', true)
  const [rising, falling] = [colour('up'), colour('down')]
  bars.slice(from, to + 1).forEach((bar, offset) => {
    const x = chart.valToPos(middles[from + offset] ?? 0, 'x', true)
    const step = chart.valToPos(bar.end, 'x', true) - chart.valToPos(bar.time, 'x', true)
    const width = Math.max(Math.min(step * 0.7, 14 * ratio), 1)
    const wick = Math.max(Math.min(ratio, width), 1)
    const [top, bottom] = [y(bar.high), y(bar.low)]
    const [a, b] = [y(bar.open), y(bar.close)]
    ctx.fillStyle = bar.close >= bar.open ? rising : falling
    ctx.fillRect(x - wick / 2, top, wick, Math.max(bottom - top, 1))
    ctx.fillRect(x - width / 2, Math.min(a, b), width, Math.max(Math.abs(a - b), ratio))
  })
}

/** A triangle whose tip is at the place and that points up for a buy. */
function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, lean: number): void {
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x - Math.abs(lean) * 0.8, y + lean * 1.4)
  ctx.lineTo(x + Math.abs(lean) * 0.8, y + lean * 1.4)
  ctx.closePath()
}

/** Clear of the bars, and hollow. */
function drawSignals(chart: uPlot, { bars, signals }: Prices, middles: readonly number[]): void {
  const { ctx } = chart
  const ratio = devicePixelRatio
  ctx.lineWidth = 1.5 * ratio
  for (const { time, side } of signals) {
    const bar = bars[Math.max(lastUntil(middles, time), 0)]
    if (bar === undefined) continue
    const beside = chart.valToPos(side > 0 ? bar.low : bar.high, 'y', true)
    triangle(ctx, chart.valToPos(time, 'x', true), beside + side * 14 * ratio, side * 5 * ratio)
    ctx.strokeStyle = colour(side > 0 ? 'buy' : 'sell')
    ctx.stroke()
  }
}

/** With their tip at the price, and filled. */
function drawFills(chart: uPlot, fills: readonly Mark[]): void {
  const { ctx } = chart
  const ratio = devicePixelRatio
  ctx.lineWidth = ratio
  ctx.strokeStyle = colour('page')
  for (const { time, side, price } of fills) {
    if (price === null) continue
    const [x, y] = [chart.valToPos(time, 'x', true), chart.valToPos(price, 'y', true)]
    triangle(ctx, x, y, side * 6 * ratio)
    ctx.fillStyle = colour(side > 0 ? 'buy' : 'sell')
    ctx.fill()
    ctx.stroke()
  }
}

function words({ bars, signals, fills }: Prices, at: number): string {
  const bar = bars[at]
  if (bar === undefined) return ''
  const { time, end, open, high, low, close } = bar
  const prices = Object.entries({ open, high, low, close })
  const isIn = (mark: Mark): boolean => mark.time >= time && mark.time < end
  return [
    moment(time * MICROS_PER_MS),
    ...prices.map(([name, price]) => `${name} ${number(price)}`),
    ...signals.filter(isIn).map(({ side }) => `signal to ${side > 0 ? 'buy' : 'sell'}`),
    ...fills.filter(isIn).map(({ side, quantity, price }) => {
      const done = side > 0 ? 'bought' : 'sold'
      return `${done} ${number(quantity ?? 0)} at ${number(price ?? 0)}`
    }),
  ].join(' · ')
}

const LEGEND = [
  ['up', 'bar that rose'],
  ['down', 'bar that fell'],
  ['signal-buy', 'signal to buy'],
  ['signal-sell', 'signal to sell'],
  ['fill-buy', 'bought'],
  ['fill-sell', 'sold'],
] as const

function legend(): HTMLElement {
  const items = LEGEND.map(([kind, text]) =>
    element('li', {}, element('span', { class: `key ${kind}`, 'aria-hidden': 'true' }), text),
  )
  return element('ul', { class: 'legend' }, ...items)
}
