// A chart over time as uPlot draws it, in the colours of the page, with a line of words beneath it
// for what is under the cursor.
import uPlot from 'uplot'
import { element } from './dom.ts'
import { makeMoves } from './plot-moves.ts'
import { onTheme } from './theme.ts'

export interface PlotOptions {
  readonly title: string
  readonly height: number
  /** What stands beside the axis of values. */
  readonly valueText: (value: number) => string
  readonly range: uPlot.Scale.Range
  readonly series: uPlot.Series
  readonly draw?: (chart: uPlot) => void
  /** What is at a place of the data, as words. */
  readonly words: (at: number) => string
  /** Left out: it has buttons to move in it. */
  readonly hasButtons?: false
}

export interface Plot {
  readonly root: HTMLElement
  readonly chart: uPlot
  /** Times in milliseconds since 1970, ascending. */
  readonly setData: (times: readonly number[], values: readonly number[]) => void
  readonly end: () => void
}

const BESIDE = 74
const LETTERS = '12px system-ui, sans-serif'
const HINT = 'Arrow keys read the chart, + and − bring it closer, 0 shows all.'

export function makePlot(options: PlotOptions): Plot {
  const { title, height, hasButtons = true } = options
  const place = element('div', {
    ...{ class: 'plot', tabindex: 0, role: 'img', 'aria-label': title },
    keydown: (event) => {
      if (event instanceof KeyboardEvent && moves.press(event)) event.preventDefault()
    },
  })
  const readout = element('p', { class: 'readout', 'aria-live': 'polite' }, HINT)
  const chart = new uPlot(uplotOptions(options, readout), [[], []], place)
  const moves = makeMoves(chart)
  const resized = new ResizeObserver(() => {
    if (place.clientWidth > 0) chart.setSize({ width: place.clientWidth, height })
  })
  resized.observe(place)
  const endTheme = onTheme(() => chart.redraw(false, true))
  const caption = element('figcaption', {}, element('h3', {}, title), hasButtons && moves.buttons)
  return {
    root: element('figure', {}, caption, place, readout),
    chart,
    setData: (times, values) => {
      // What is shown of it is set apart, or stays as somebody has moved it.
      chart.setData([[...times], [...values]], false)
      moves.follow()
    },
    end: () => {
      endTheme()
      resized.disconnect()
      chart.destroy()
    },
  }
}

function uplotOptions(options: PlotOptions, readout: HTMLElement): uPlot.Options {
  const { height, range, series, draw, valueText, words } = options
  const axis = {
    stroke: () => colour('quiet'),
    font: LETTERS,
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { stroke: () => colour('line'), width: 1, size: 4 },
  }
  const cursorSet = ({ cursor, data }: uPlot): void => {
    const at = cursor.idx
    const isThere = typeof at === 'number' && (cursor.left ?? -1) >= 0 && data[0][at] !== undefined
    readout.textContent = isThere ? words(at) : HINT
  }
  return {
    ...{ width: 300, height, ms: 1, legend: { show: false }, padding: [8, 34, 0, 0] },
    tzDate: (time) => uPlot.tzDate(new Date(time), 'Etc/UTC'),
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false } },
    scales: { x: { time: true }, y: { range } },
    axes: [
      { ...axis, space: 90, values: clockMarks },
      { ...axis, size: BESIDE, values: (_, splits) => splits.map(valueText) },
    ],
    series: [{}, series],
    hooks: { setCursor: [cursorSet], ...(draw && { draw: [(chart) => clipped(chart, draw)] }) },
  }
}

/** Marks of the axis of time: the clock, and the day where it is another. */
function clockMarks(_: uPlot, splits: number[], __: number, ___: number, increment: number) {
  const digits = increment >= 60_000 ? 5 : increment >= 1_000 ? 8 : 12
  let day = ''
  return splits.map((time) => {
    const [own = '', clock = ''] = new Date(time).toISOString().split('T')
    if (increment >= 86_400_000) return own
    const text = own === day ? clock.slice(0, digits) : `${clock.slice(0, digits)}\n${own}`
    day = own
    return text
  })
}

function clipped(chart: uPlot, draw: (chart: uPlot) => void): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw(chart)
  ctx.restore()
}

/** A colour of the page as a canvas takes it, in the theme of the moment. */
export function colour(name: string): string {
  const probe = document.getElementById('skip') ?? document.body
  probe.style.setProperty('color', `var(--${name})`)
  const found = getComputedStyle(probe).color
  probe.style.removeProperty('color')
  return found
}

/** Room above and below, also where all is equal. */
export function padded(least: number, most: number): [number, number] {
  if (!(least <= most)) return [0, 1]
  const room = (most - least) * 0.06 || Math.abs(most) * 0.01 || 1
  return [least - room, most + room]
}
