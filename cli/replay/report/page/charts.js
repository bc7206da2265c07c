// Draws the charts of a report in the browser, with uPlot, from the data that stands in the page.
// Sizes are in CSS pixels, times in milliseconds since 1970. Nothing here writes markup.
'use strict'

const data = JSON.parse(document.getElementById('chart-data').textContent)
const figures = []

const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const number = (value, digits = 10) =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value).replace('-', '−')
const percent = (value) =>
  `${(value * 100).toFixed(2)}%`.replace('-', '−').replace(/^−(0\.00%)$/, '$1')
const summed = (steps) => {
  let sum = 0
  return steps.map((step) => (sum += step))
}

/** `2024-08-08 23:54:12 UTC`, with milliseconds where there are any. */
function moment(time) {
  const iso = new Date(time).toISOString()
  const clock = iso.slice(11, iso.endsWith('.000Z') ? 19 : 23)
  return `${iso.slice(0, 10)} ${clock} UTC`
}

/** The place of the last of the sorted times that is not after `time`; -1 before the first. */
function lastUntil(times, time) {
  let [from, to] = [0, times.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (times[middle] <= time) from = middle + 1
    else to = middle
  }
  return from - 1
}

function axis(options) {
  return {
    stroke: () => colour('quiet'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { stroke: () => colour('line'), width: 1, size: 4 },
    ...options,
  }
}

/** Marks of the axis of time, `increment` apart: the clock, and the day where it is another. */
function times(_, splits, axisAt, space, increment) {
  const digits = increment >= 60_000 ? 5 : increment >= 1_000 ? 8 : 12
  let day = ''
  return splits.map((time) => {
    const [own, clock] = new Date(time).toISOString().split('T')
    if (increment >= 86_400_000) return own
    const text = own === day ? clock.slice(0, digits) : `${clock.slice(0, digits)}\n${own}`
    day = own
    return text
  })
}

/** Room for the longest of the texts beside an axis. */
function room(texts) {
  return Math.max(...texts.map((text) => text.length)) * 7 + 16
}

function plot(place, { height, values, range, series, columns, hooks, cursor, below, beside }) {
  const size = beside ?? ((_, texts) => (texts === null ? 50 : room(texts)))
  const options = {
    width: place.clientWidth,
    height,
    ms: 1,
    tzDate: (time) => uPlot.tzDate(new Date(time), 'Etc/UTC'),
    legend: { show: false },
    padding: [8, 24, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false }, ...cursor },
    scales: { x: { time: true }, y: { range } },
    axes: [
      axis({ space: 90, values: times, ...below }),
      axis({ size, values: (_, splits) => splits.map(values) }),
    ],
    series: [{}, ...series],
    hooks,
  }
  return new uPlot(options, columns, place)
}

/** Room above and below, also where all is equal. */
function padded(least, most) {
  if (!(least <= most)) return [0, 1]
  const room = (most - least) * 0.06 || Math.abs(most) * 0.01 || 1
  return [least - room, most + room]
}

function drawCandles(chart, bars) {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  const { min, max } = chart.scales.x
  const [from, to] = [Math.max(lastUntil(bars.x, min) - 1, 0), lastUntil(bars.x, max) + 1]
  const step = Math.abs(chart.valToPos(min + bars.every, 'x', true) - bbox.left)
  const width = Math.max(Math.min(step * 0.7, 14 * ratio), 1)
  for (const rises of [true, false]) {
    ctx.fillStyle = colour(rises ? 'up' : 'down')
    for (let at = from; at <= to && at < bars.x.length; at += 1) {
      if (bars.close[at] >= bars.open[at] !== rises) continue
      const x = chart.valToPos(bars.x[at], 'x', true)
      const y = (price) => chart.valToPos(price, 'y', true)
      const [top, bottom] = [y(bars.high[at]), y(bars.low[at])]
      const wick = Math.max(Math.min(ratio, width), 1)
      ctx.fillRect(x - wick / 2, top, wick, Math.max(bottom - top, 1))
      const [a, b] = [y(bars.open[at]), y(bars.close[at])]
      ctx.fillRect(x - width / 2, Math.min(a, b), width, Math.max(Math.abs(a - b), ratio))
    }
  }
}

/** A triangle whose tip is at the place and that points up for a buy. */
function triangle(ctx, x, y, side, size) {
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x - size * 0.8, y + side * size * 1.4)
  ctx.lineTo(x + size * 0.8, y + side * size * 1.4)
  ctx.closePath()
}

/** Signals stand clear of the bars, hollow; fills point with their tip at the price, filled. */
function drawMarks(chart, bars, { signals, fills }) {
  const { ctx } = chart
  const ratio = uPlot.pxRatio
  ctx.lineWidth = 1.5 * ratio
  for (const [time, side] of signals) {
    const at = Math.max(lastUntil(bars.x, time), 0)
    const beside = side > 0 ? bars.low[at] : bars.high[at]
    const y = chart.valToPos(beside, 'y', true) + side * 14 * ratio
    triangle(ctx, chart.valToPos(time, 'x', true), y, side, 5 * ratio)
    ctx.strokeStyle = colour(side > 0 ? 'buy' : 'sell')
    ctx.stroke()
  }
  for (const [time, side, price] of fills) {
    const [x, y] = [chart.valToPos(time, 'x', true), chart.valToPos(price, 'y', true)]
    triangle(ctx, x, y, side, 6 * ratio)
    ctx.fillStyle = colour(side > 0 ? 'buy' : 'sell')
    ctx.fill()
    ctx.strokeStyle = colour('page')
    ctx.lineWidth = ratio
    ctx.stroke()
  }
}

function marksIn(marks, from, to, texts) {
  return marks.flatMap(([time, side, price, quantity, count]) => {
    if (time < from || time >= to) return []
    const many = count > 1 ? ` (${number(count)})` : ''
    const at = price === null ? '' : ` ${number(quantity)} at ${number(price, 9)}`
    return [`${texts[side > 0 ? 0 : 1]}${at}${many}`]
  })
}

function priceWords(bars, marks, at) {
  const start = bars.start[at]
  const end = bars.start[at + 1] ?? Number.POSITIVE_INFINITY
  const prices = ['open', 'high', 'low', 'close'].map((name) => {
    return `${name} ${number(bars[name][at])}`
  })
  const volume = bars.volume[at] > 0 ? [`volume ${number(bars.volume[at], 6)}`] : []
  const signals = marksIn(marks.signals, start, end, ['signal to buy', 'signal to sell'])
  const fills = marksIn(marks.fills, start, end, ['bought', 'sold'])
  return [moment(start), ...prices, ...volume, ...signals, ...fills].join(' · ')
}

function drawPrices(figure, read) {
  const start = summed(read.time).map((place) => place * read.every)
  const bars = { ...read, start, x: start.map((time) => time + read.every / 2) }
  const all = [...bars.x, ...read.signals.map(([time]) => time), ...read.fills.map(([t]) => t)]
  const ends = all.reduce(
    ([least, most], time) => [Math.min(least, time), Math.max(most, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  const place = figure.querySelector('.plot')
  const clipped = (chart) => {
    const { ctx, bbox } = chart
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    drawCandles(chart, bars)
    drawMarks(chart, bars, read)
    ctx.restore()
  }
  const range = (chart) => {
    // The scale of time is still the old one while that of prices is found; the places are not.
    const [from, to] = chart.series[0].idxs ?? [0, bars.x.length - 1]
    const until = bars.start[to + 1] ?? Number.POSITIVE_INFINITY
    const filled = read.fills.filter(([time]) => time >= bars.start[from] && time < until)
    const seen = filled.map(([, , price]) => price)
    const lows = [...bars.low.slice(from, to + 1), ...seen]
    const highs = [...bars.high.slice(from, to + 1), ...seen]
    return padded(
      lows.reduce((least, low) => Math.min(least, low), Number.POSITIVE_INFINITY),
      highs.reduce((most, high) => Math.max(most, high), Number.NEGATIVE_INFINITY),
    )
  }
  const words = (at) => priceWords(bars, read, at)
  const chart = plot(place, {
    height: 340,
    values: (value) => number(value),
    range,
    series: [{ paths: () => null, points: { show: false } }],
    columns: [bars.x, bars.close],
    hooks: { draw: [clipped], setCursor: [(own) => readOut(figure, own, words)] },
  })
  bindFigure(figure, [chart], { from: ends[0] - read.every, to: ends[1] + read.every })
}

function drawAccount(figure, { currency, equity, drawdown }, key) {
  const place = figure.querySelector('.plot')
  const times = summed(equity.time)
  const fallTimes = summed(drawdown.time)
  const falls = drawdown.value.map((value) => -value)
  const words = (at) => {
    const time = times[at]
    const fallen = falls[Math.max(lastUntil(fallTimes, time), 0)] ?? 0
    const worth = `equity ${number(equity.value[at])} ${currency}`
    return [moment(time), worth, `drawdown ${percent(fallen)}`].join(' · ')
  }
  const stepped = uPlot.paths.stepped({ align: 1 })
  const line = (name, fill) => ({
    stroke: () => colour(name),
    width: 1.5,
    fill: fill && (() => colour(fill)),
    paths: stepped,
    points: { show: false },
  })
  const cursor = { sync: { key } }
  // One axis of time for both: they begin at the same place, and only the lower one is labelled.
  const greatest = equity.value.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  const beside = room([number(-greatest, 8), '−100.00%'])
  const below = { size: 12, values: (_, splits) => splits.map(() => '') }
  const above = plot(place, {
    height: 220,
    values: (value) => number(value),
    range: (_, least, most) => padded(least, most),
    series: [line('equity')],
    columns: [times, equity.value],
    hooks: { setCursor: [(own) => readOut(figure, own, words)] },
    ...{ cursor, beside, below },
  })
  const under = plot(place, {
    height: 130,
    values: (value) => percent(value),
    range: (_, least) => [Math.min(least * 1.08, -0.0001), 0],
    series: [line('down', 'fall')],
    columns: [fallTimes, falls],
    hooks: {},
    ...{ cursor, beside },
  })
  const [from, to] = [times[0], times[times.length - 1]]
  const edge = (to - from) * 0.01 || 1000
  bindFigure(figure, [above, under], { from: from - edge, to: to + edge })
}

/** Under the chart: what is at the cursor, or what the chart shows as a whole. */
function readOut(figure, chart, words) {
  const { idx, left } = chart.cursor
  const readout = figure.querySelector('.readout')
  const said = figure.querySelector('.plot').getAttribute('aria-label')
  readout.textContent = idx === null || idx === undefined || left < 0 ? said : words(idx)
}

function bindFigure(figure, charts, whole) {
  const [first] = charts
  const show = (from, to) => {
    const length = Math.min(to - from, whole.to - whole.from)
    const min = Math.min(Math.max(from, whole.from), whole.to - length)
    for (const chart of charts) chart.setScale('x', { min, max: min + length })
  }
  const all = () => show(whole.from, whole.to)
  const acts = {
    all,
    in: () => zoom(0.5),
    out: () => zoom(2),
    left: () => move(-0.5),
    right: () => move(0.5),
  }
  const zoom = (factor) => {
    const { min, max } = first.scales.x
    const [middle, half] = [(min + max) / 2, ((max - min) * factor) / 2]
    show(middle - half, middle + half)
  }
  const move = (share) => {
    const { min, max } = first.scales.x
    const by = (max - min) * share
    show(min + by, max + by)
  }
  for (const button of figure.querySelectorAll('button')) {
    button.addEventListener('click', () => acts[button.dataset.act]())
  }
  const place = figure.querySelector('.plot')
  place.addEventListener('keydown', (event) => pressed(event, first, acts))
  for (const chart of charts) {
    chart.over.addEventListener('dblclick', all)
    chart.hooks.setScale = [
      (own, scale) => {
        if (scale !== 'x') return
        const { min, max } = own.scales.x
        for (const other of charts) {
          const { x } = other.scales
          if (x.min !== min || x.max !== max) other.setScale('x', { min, max })
        }
      },
    ]
  }
  all()
  figures.push({ figure, charts })
}

const KEYS = { '+': 'in', '=': 'in', '-': 'out', 0: 'all' }

/** Arrows move the cursor from one datum to the next, with Shift by ten. */
function pressed(event, chart, acts) {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const [times] = chart.data
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (by !== undefined) {
    const { min, max } = chart.scales.x
    const [from, to] = [
      Math.min(lastUntil(times, min) + 1, times.length - 1),
      lastUntil(times, max),
    ]
    const there = chart.cursor.idx ?? (by > 0 ? from - 1 : to + 1)
    const at = Math.min(Math.max(there + by * (event.shiftKey ? 10 : 1), from), Math.max(to, from))
    chart.setCursor({ left: chart.valToPos(times[at], 'x'), top: 10 })
  } else if (event.key === 'Escape') chart.setCursor({ left: -10, top: -10 })
  else if (KEYS[event.key] !== undefined) acts[KEYS[event.key]]()
  else return
  event.preventDefault()
}

/** Fits all charts to the width that they have, or to the one given. */
function fit(given) {
  for (const { figure, charts } of figures) {
    const width = given ?? figure.querySelector('.plot').clientWidth
    for (const chart of charts) {
      if (width > 0) chart.setSize({ width, height: chart.height })
      chart.redraw(false, true)
    }
  }
}

/** Paper is white, and about as wide as this. */
const PAPER_WIDTH = 680

data.prices.forEach((prices, at) => drawPrices(document.getElementById(`price-${at}`), prices))
data.accounts.forEach((account, at) =>
  drawAccount(document.getElementById(`equity-${at}`), account, `account-${at}`),
)
addEventListener('resize', () => fit())
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => fit())
addEventListener('beforeprint', () => {
  document.documentElement.dataset.theme = 'paper'
  fit(PAPER_WIDTH)
})
addEventListener('afterprint', () => {
  delete document.documentElement.dataset.theme
  fit()
})
