// A chart over time as uPlot draws it, in the colours of the page, with buttons and keys to move in
// it. It follows the newest record until somebody moves away from that.
import uPlot from 'uplot'
import { button, element } from './dom.ts'
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
}

export interface Plot {
  readonly root: HTMLElement
  /** Times in milliseconds since 1970, ascending. */
  readonly setData: (times: readonly number[], values: readonly number[]) => void
  readonly end: () => void
}

const BESIDE = 74
/** So many of the newest are seen at first. */
const SEEN = 240
const LETTERS = '12px system-ui, sans-serif'

export function makePlot(options: PlotOptions): Plot {
  const place = element('div', {
    ...{ class: 'plot', tabindex: 0, role: 'img', 'aria-label': options.title },
  })
  const readout = element('p', { class: 'readout', 'aria-live': 'polite' }, HINT)
  let isFollowing = true
  const chart = new uPlot(uplotOptions(options, readout), [[], []], place)
  const times = (): readonly number[] => Array.from(chart.data[0])
  const show = (from: number, to: number): void => chart.setScale('x', { min: from, max: to })
  const follow = (seen: number): void => {
    const all = times()
    const [first, last] = [all.at(-seen) ?? all[0], all.at(-1)]
    if (first === undefined || last === undefined) return
    const edge = (last - first) * 0.02 || 1_000
    show(first - edge, last + edge)
  }
  const acts = {
    left: () => move(-0.5),
    right: () => move(0.5),
    in: () => zoom(0.5),
    out: () => zoom(2),
    all: () => follow(times().length),
    newest: () => follow(SEEN),
  }
  const move = (share: number): void => {
    isFollowing = false
    const { min = 0, max = 0 } = chart.scales.x ?? {}
    show(min + (max - min) * share, max + (max - min) * share)
  }
  const zoom = (factor: number): void => {
    isFollowing = false
    const { min = 0, max = 0 } = chart.scales.x ?? {}
    const [middle, half] = [(min + max) / 2, ((max - min) * factor) / 2]
    show(middle - half, middle + half)
  }
  const act = (name: keyof typeof acts): void => {
    acts[name]()
    isFollowing = name === 'newest'
  }
  const buttons = BUTTONS.map(([name, text, label]) =>
    button(text, () => act(name), { 'aria-label': label, title: label }),
  )
  place.addEventListener('keydown', (event) => {
    if (pressed(chart, event, act)) event.preventDefault()
  })
  const resized = new ResizeObserver(() => {
    if (place.clientWidth > 0) chart.setSize({ width: place.clientWidth, height: options.height })
  })
  resized.observe(place)
  const endTheme = onTheme(() => chart.redraw(false, true))
  const tools = element('div', { class: 'tools', role: 'group', 'aria-label': 'Move' }, ...buttons)
  const caption = element('figcaption', {}, element('h3', {}, options.title), tools)
  return {
    root: element('figure', { class: 'chart' }, caption, place, readout),
    setData: (x, y) => {
      // The scale is set below, or stays where it was moved to.
      chart.setData([[...x], [...y]], false)
      if (isFollowing) follow(SEEN)
      else chart.redraw(true)
    },
    end: () => {
      endTheme()
      resized.disconnect()
      chart.destroy()
    },
  }
}

const HINT = 'Arrow keys read the chart, + and − bring it closer, 0 shows all.'
const BUTTONS = [
  ['left', '←', 'Earlier'],
  ['right', '→', 'Later'],
  ['in', '+', 'Closer'],
  ['out', '−', 'Wider'],
  ['all', 'All', 'Show all'],
  ['newest', 'Newest', 'Follow the newest'],
] as const
const KEYS: Readonly<Record<string, 'in' | 'out' | 'all'>> = {
  ...{ '+': 'in', '=': 'in', '-': 'out', '0': 'all' },
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
    ...{ width: 300, height, ms: 1, legend: { show: false }, padding: [8, 16, 0, 0] },
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

/** Arrows move the cursor from one datum to the next, with Shift by ten. */
function pressed(
  chart: uPlot,
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  act: (name: 'in' | 'out' | 'all') => void,
): boolean {
  if (ctrlKey || metaKey || altKey) return false
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key]
  const named = KEYS[key]
  if (named !== undefined) act(named)
  else if (by !== undefined) step(chart, by * (shiftKey ? 10 : 1))
  else return false
  return true
}

function step(chart: uPlot, by: number): void {
  const times = Array.from(chart.data[0])
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const seen = times.flatMap((time, at) => (time >= min && time <= max ? [at] : []))
  const [from = 0, to = from] = [seen[0], seen.at(-1)]
  const there = chart.cursor.idx ?? (by > 0 ? from - 1 : to + 1)
  const at = Math.min(Math.max(there + by, from), to)
  const time = times[at]
  if (time !== undefined) chart.setCursor({ left: chart.valToPos(time, 'x'), top: 10 })
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
