// The panels of charts: an empty place for each with what it shows in words, and the data that
// charts.js draws there. Numbers are cut to what a screen can show, so that the page stays small.
import type { Line, Mark, Marks, PriceChart, ReportAccount, ReportData } from '../report-data.ts'
import { html, type Html } from './html.ts'
import { count, gain, lengthText, percent, price, several } from './number-text.ts'
import { note, panel } from './table.ts'

export function pricesPanel({ prices, pricesLeftOut }: ReportData): Html | undefined {
  if (prices.length === 0) return undefined
  const isNamed = new Set(prices.map(({ symbol }) => symbol)).size < prices.length
  const charts = prices.map((chart, at) => {
    const { symbol, topic } = chart
    const title = isNamed ? `${symbol}, ${topic}` : symbol
    return figure({ id: `price-${at}`, title, said: priceWords(chart), thinned: priceNote(chart) })
  })
  const hasSignals = prices.some(({ signals }) => signals.records > 0)
  const hasFills = prices.some(({ fills }) => fills.records > 0)
  const rest =
    pricesLeftOut > 0
      ? `${several(pricesLeftOut, 'more instrument')} without a chart here: those that were ` +
        'traded the most come first.'
      : ''
  return panel('prices', 'Prices', html`${legend(hasSignals, hasFills)} ${charts} ${note(rest)}`)
}

function legend(hasSignals: boolean, hasFills: boolean): Html {
  const item = (kind: string, text: string): Html =>
    html`<li><span class="key ${kind}" aria-hidden="true"></span>${text}</li>`
  return html`<ul class="legend">
    ${item('up', 'bar that rose')}${item('down', 'bar that fell')}
    ${hasSignals && [item('signal-buy', 'signal to buy'), item('signal-sell', 'signal to sell')]}
    ${hasFills && [item('fill-buy', 'bought'), item('fill-sell', 'sold')]}
  </ul>`
}

function priceWords({ symbol, bars, every, signals, fills }: PriceChart): string {
  const [first, last] = [bars.at(0), bars.at(-1)]
  if (first === undefined || last === undefined) return `No bars of ${symbol}`
  const low = bars.reduce((least, bar) => Math.min(least, bar.low), Number.POSITIVE_INFINITY)
  const high = bars.reduce((most, bar) => Math.max(most, bar.high), Number.NEGATIVE_INFINITY)
  const change = first.open > 0 ? `, ${gain(last.close / first.open - 1)}` : ''
  return (
    `Bars of ${lengthText(every)}: ${symbol} went from ${price(first.open)} to ` +
    `${price(last.close)}${change}, between ${price(low)} and ${price(high)}; ` +
    `${several(signals.records, 'signal')}, ${several(fills.records, 'fill')}.`
  )
}

/** Says what was made coarser for drawing. */
function priceNote({ bars, every, written, writtenEvery, signals, fills }: PriceChart): string {
  const notes: string[] = []
  if (bars.length < written) {
    const length = writtenEvery === null ? '' : ` of ${lengthText(writtenEvery)}`
    notes.push(
      `${count(written)} bars${length} are drawn as ${count(bars.length)} of ` +
        `${lengthText(every)}, with the same highs and lows.`,
    )
  }
  const joined: readonly (readonly [string, Marks])[] = [
    ['signals', signals],
    ['fills', fills],
  ]
  for (const [what, { records, marks }] of joined) {
    if (marks.length >= records) continue
    notes.push(`${count(records)} ${what} are drawn as ${count(marks.length)} marks.`)
  }
  return notes.join(' ')
}

export function equityPanel({ accounts }: ReportData): Html | undefined {
  const drawn = accounts.filter(({ lines }) => lines !== undefined)
  if (drawn.length === 0) return undefined
  const valued = accounts.filter((each) => each.maxDrawdown > 0 || each.lines !== undefined)
  const charts = drawn.map((account, at) =>
    figure({
      id: `equity-${at}`,
      title: account.account,
      said: equityWords(account),
      thinned: lineNote(account.lines?.equity),
    }),
  )
  const more = valued.length - drawn.length
  const rest = more > 0 ? `${several(more, 'more account')} without a chart here.` : ''
  return panel('equity', 'Equity and drawdown', html`${charts} ${note(rest)}`)
}

function equityWords({ equity, start, currency, maxDrawdown }: ReportAccount): string {
  return (
    `Equity went from ${price(Number(start))} to ${price(Number(equity))} ${currency}; ` +
    `the deepest drawdown was ${percent(maxDrawdown)}.`
  )
}

function lineNote(line: Line | undefined): string {
  if (line === undefined || line.times.length >= line.records) return ''
  const drawn = count(line.times.length)
  return `${count(line.records)} valuations are drawn as ${drawn}, with every high and low kept.`
}

const BUTTONS = [
  ['left', '←', 'Earlier'],
  ['right', '→', 'Later'],
  ['in', '+', 'Closer'],
  ['out', '−', 'Wider'],
  ['all', 'All', 'Show all'],
].map(
  ([act, text, label]) =>
    html`<button type="button" data-act="${act}" aria-label="${label}" title="${label}">
      ${text}
    </button>`,
)

interface Figure {
  readonly id: string
  readonly title: string
  /** For who does not see the chart. */
  readonly said: string
  /** What was made coarser for drawing; empty where nothing was. */
  readonly thinned: string
}

function figure({ id, title, said, thinned }: Figure): Html {
  return html`<figure class="chart" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <div class="tools" role="group" aria-label="Move in the chart of ${title}">${BUTTONS}</div>
    </figcaption>
    <div class="plot" role="img" tabindex="0" aria-label="${said}"></div>
    <p class="readout" aria-live="polite">${said}</p>
    ${note(thinned)}
  </figure> `
}

/** What charts.js draws; milliseconds since 1970. */
export function chartData({ prices, accounts }: ReportData): unknown {
  const drawn = accounts.flatMap(({ currency, lines }) => (lines ? [{ currency, ...lines }] : []))
  return {
    prices: prices.map(({ every, bars, signals, fills }) => ({
      every: every / 1000,
      time: steps(bars.map(({ time }) => time / every)),
      open: bars.map(({ open }) => short(open, 9)),
      high: bars.map(({ high }) => short(high, 9)),
      low: bars.map(({ low }) => short(low, 9)),
      close: bars.map(({ close }) => short(close, 9)),
      volume: bars.map(({ volume }) => short(volume, 5)),
      signals: signals.marks.map(markData),
      fills: fills.marks.map(markData),
    })),
    accounts: drawn.map(({ currency, equity, drawdown }) => ({
      currency,
      equity: lineData(equity, 12),
      drawdown: lineData(drawdown, 5),
    })),
  }
}

function lineData({ times, values }: Line, digits: number) {
  return {
    time: steps(times.map((time) => Math.round(time / 1000))),
    value: values.map((value) => short(value, digits)),
  }
}

function markData({ time, side, price: at, quantity, count: times }: Mark): readonly unknown[] {
  return [time / 1000, side, at === null ? null : short(at, 9), short(quantity, 9), times]
}

/** The first as it is, then how far each is from the one before: mostly small numbers. */
function steps(numbers: readonly number[]): readonly number[] {
  return numbers.map((number, at) => number - (at > 0 ? (numbers[at - 1] ?? 0) : 0))
}

function short(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}
