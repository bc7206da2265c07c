// Moving in a chart: by buttons, keys and dragging. It follows the newest until somebody moves
// away, and again when they ask for it.
import type uPlot from 'uplot'
import { button, element } from './dom.ts'

export interface Moves {
  readonly buttons: HTMLElement
  /** Whether the key meant something here. */
  readonly press: (event: KeyboardEvent) => boolean
  /** To be called when there is more data: shows the newest, or what is shown already. */
  readonly follow: () => void
}

/** So many of the newest are seen at first. */
const SEEN = 240
const BUTTONS = [
  ['left', '←', 'Earlier'],
  ['right', '→', 'Later'],
  ['in', '+', 'Closer'],
  ['out', '−', 'Wider'],
  ['all', 'All', 'Show all'],
  ['newest', 'Newest', 'Follow the newest'],
] as const
type Move = (typeof BUTTONS)[number][0]
const KEYS: Readonly<Record<string, Move>> = {
  ...{ '+': 'in', '=': 'in', '-': 'out', '0': 'all' },
}

export function makeMoves(chart: uPlot): Moves {
  /** Where it is while it follows. */
  let newest: Span | undefined
  let isFollowing = true
  onMoved(chart, (from, to) => {
    isFollowing = from === newest?.[0] && to === newest[1]
  })
  const act = (move: Move): void => {
    const all = chart.data[0]
    const shown = move === 'newest' || move === 'all' ? spanOf(all, SEEN, move) : moved(chart, move)
    if (move === 'newest') newest = shown
    isFollowing = move === 'newest'
    if (shown !== undefined) show(chart, shown)
  }
  const buttons = BUTTONS.map(([move, text, label]) =>
    button(text, () => act(move), { 'aria-label': label, title: label }),
  )
  return {
    buttons: element('div', { class: 'tools', role: 'group', 'aria-label': 'Move' }, ...buttons),
    press: ({ key, shiftKey, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey) return false
      const by = { ArrowLeft: -1, ArrowRight: 1 }[key]
      const move = KEYS[key]
      if (move !== undefined) act(move)
      else if (by !== undefined) step(chart, by * (shiftKey ? 10 : 1))
      else return false
      return true
    },
    follow: () => {
      if (isFollowing) act('newest')
      else chart.redraw(true)
    },
  }
}

/** Two charts of the same times show the same stretch of them. */
export function moveTogether(one: uPlot, other: uPlot): void {
  onMoved(one, (from, to) => show(other, [from, to]))
  onMoved(other, (from, to) => show(one, [from, to]))
}

type Span = readonly [from: number, to: number]

function onMoved(chart: uPlot, act: (from: number, to: number) => void): void {
  const hooks = (chart.hooks.setScale ??= [])
  hooks.push((own, scale) => {
    const { min, max } = own.scales.x ?? {}
    if (scale === 'x' && min !== undefined && max !== undefined) act(min, max)
  })
}

function show(chart: uPlot, [from, to]: Span): void {
  const { min, max } = chart.scales.x ?? {}
  if (min !== from || max !== to) chart.setScale('x', { min: from, max: to })
}

/** From the first to the last, or of the last so many, with some room. */
function spanOf(times: ArrayLike<number>, seen: number, move: 'newest' | 'all'): Span | undefined {
  const start = move === 'all' ? 0 : Math.max(0, times.length - seen)
  const [first, last] = [times[start], times[times.length - 1]]
  if (first === undefined || last === undefined) return undefined
  const edge = (last - first) * 0.02 || 1_000
  return [first - edge, last + edge]
}

function moved(chart: uPlot, move: Exclude<Move, 'all' | 'newest'>): Span {
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const [middle, length] = [(min + max) / 2, max - min]
  const spans: Readonly<Record<typeof move, Span>> = {
    left: [min - length / 2, middle],
    right: [middle, max + length / 2],
    in: [middle - length / 4, middle + length / 4],
    out: [min - length / 2, max + length / 2],
  }
  return spans[move]
}

/** Moves the cursor from one datum to the next. */
function step(chart: uPlot, by: number): void {
  const times = Array.from(chart.data[0])
  const { min = 0, max = 0 } = chart.scales.x ?? {}
  const seen = times.flatMap((time, at) => (time >= min && time <= max ? [at] : []))
  const [from = 0, to = from] = [seen[0], seen.at(-1)]
  const there = chart.cursor.idx ?? (by > 0 ? from - 1 : to + 1)
  const time = times[Math.min(Math.max(there + by, from), to)]
  if (time !== undefined) chart.setCursor({ left: chart.valToPos(time, 'x'), top: 10 })
}
