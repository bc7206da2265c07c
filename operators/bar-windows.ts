// The windows of one key and one bar length: which are open, when they close, what they hold. Plain
// state, no clock.
import { DOUBLE, LONG, nullable, type RecordType, TIME } from '../schemas/type.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { Tick } from './bar-source.ts'
import { finite } from './functions/finite.ts'

export interface Window {
  readonly start: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  count: number
  /** Event times of the ticks that gave open and close. */
  openTime: number
  closeTime: number
}

export interface Windows {
  /** Windows that end here or before have closed. */
  closedTo: number
  /** Close of the last bar given out; null before the first. */
  previous: number | null
  /** Flat bars given out since the last tick. */
  flat: number
  /** Open windows by start. */
  open: Window[]
}

export interface WindowRule {
  /** Length, lateness: microseconds. */
  readonly every: number
  readonly lateness: number
  readonly fill: 'none' | 'previous'
}

export interface Bar extends Tick {
  readonly start: number
}

/** The earliest time that a closed-to mark can have: before every record. */
const NEVER = -8_640_000_000_000_000

export function noWindows(): Windows {
  return { closedTo: NEVER, previous: null, flat: 0, open: [] }
}

export function windowsRecord(step: string): RecordType {
  const numbers = ['open', 'high', 'low', 'close', 'volume'].map((name) => ({ name, type: DOUBLE }))
  const window = inferredRecord(`${step}-window`, [
    { name: 'start', type: TIME },
    ...numbers,
    { name: 'count', type: LONG },
    { name: 'openTime', type: TIME },
    { name: 'closeTime', type: TIME },
  ])
  return inferredRecord(`${step}-windows`, [
    { name: 'closedTo', type: TIME },
    { name: 'previous', type: nullable(DOUBLE) },
    { name: 'flat', type: { kind: 'int' } },
    { name: 'open', type: { kind: 'list', items: window } },
  ])
}

/** Start of the window that an event time falls into. */
function windowStart(time: number, every: number): number {
  return Math.floor(time / every) * every
}

/** The last open window, if the event time falls into it, as that of most ticks does. */
function lastFor(time: number, every: number, { open }: Windows): Window | undefined {
  // Place -1 of an empty list would be looked up by name, which is slow.
  const last = open.length === 0 ? undefined : open[open.length - 1]
  return last && time >= last.start && time < last.start + every ? last : undefined
}

/**
 * Whether a tick does nothing but move the last window, as nearly every tick does. Open windows
 * begin at `closedTo` or after: where none is due at `horizon`, it is not late either.
 */
export function isQuiet(
  { every, lateness }: WindowRule,
  windows: Windows,
  time: number,
  horizon: number,
): boolean {
  if (horizon - lateness >= windows.closedTo + every || isGap(windows)) return false
  return lastFor(time, every, windows) !== undefined
}

/** Adds a tick for which `isQuiet` holds. */
export function moveLast({ open }: Windows, time: number, tick: Tick): void {
  const last = open[open.length - 1]
  if (last === undefined) throw new Error('a tick without its window')
  moveWindow(last, time, tick)
}

/**
 * Whether the window of `time` has its end plus lateness at `horizon` or before, and so has closed.
 * A key without a record yet has no windows.
 */
export function isLate(
  { every, lateness }: WindowRule,
  windows: Windows | undefined,
  time: number,
  horizon: number,
): boolean {
  const last = windows && lastFor(time, every, windows)
  return (last ? last.start : windowStart(time, every)) + every + lateness <= horizon
}

/** Closes every window whose end plus lateness is at most `horizon`, oldest first. */
export function closeDue(rule: WindowRule, windows: Windows, horizon: number): readonly Bar[] {
  const { every, lateness, fill } = rule
  if (horizon - lateness < windows.closedTo + every) return NONE
  const due = windowStart(horizon - lateness, every)
  const bars: Bar[] = []
  for (let first = windows.open[0]; first && first.start < due; first = windows.open[0]) {
    if (fill === 'previous') fillTo(windows, first.start, every, bars)
    windows.open.shift()
    const { start, open, high, low, close, volume, count } = first
    bars.push({ start, open, high, low, close, volume, count })
    windows.previous = close
    windows.flat = 0
    windows.closedTo = start + every
  }
  if (fill === 'previous') fillTo(windows, due, every, bars)
  windows.closedTo = due
  return bars
}

const NONE: readonly Bar[] = []

/**
 * A quieter market than this has closed, or a clock is wrong: no more flat bars until the next
 * tick.
 */
const MOST_FLAT_BARS = 1_000_000

/** Flat bars at the previous close, for the windows up to `end` that had no tick. */
function fillTo(windows: Windows, end: number, every: number, bars: Bar[]): void {
  const { previous, closedTo } = windows
  if (previous === null) return
  const [open, high, low, close] = [previous, previous, previous, previous]
  for (let start = closedTo; start < end && windows.flat < MOST_FLAT_BARS; start += every) {
    bars.push({ start, open, high, low, close, volume: 0, count: 0 })
    windows.flat += 1
  }
}

/** Whether filling has been given up since the last tick. */
export function isGap({ flat }: Readonly<Windows>): boolean {
  return flat >= MOST_FLAT_BARS
}

/** Adds a tick to its window; true if that opened it. */
export function addTick(every: number, windows: Windows, time: number, tick: Tick): boolean {
  const last = lastFor(time, every, windows)
  if (last) {
    moveWindow(last, time, tick)
    return false
  }
  const start = windowStart(time, every)
  const at = windows.open.findLastIndex((window) => window.start <= start)
  const window = at < 0 ? undefined : windows.open[at]
  if (window?.start === start) {
    moveWindow(window, time, tick)
    return false
  }
  const { open, high, low, close, volume, count } = tick
  const [openTime, closeTime] = [time, time]
  const opened = { start, open, high, low, close, volume, count, openTime, closeTime }
  windows.open.splice(at + 1, 0, opened)
  return true
}

function moveWindow(window: Window, time: number, tick: Tick): void {
  window.volume = finite(window.volume + tick.volume)
  if (tick.high > window.high) window.high = tick.high
  if (tick.low < window.low) window.low = tick.low
  window.count += tick.count
  if (time < window.openTime) {
    window.open = tick.open
    window.openTime = time
  }
  if (time >= window.closeTime) {
    window.close = tick.close
    window.closeTime = time
  }
}

/** When the clock closes the next bar; infinity if there is none to come. */
export function nextClose({ every, lateness, fill }: WindowRule, windows: Windows): number {
  const first = windows.open[0]
  const fills = fill === 'previous' && windows.previous !== null && windows.flat < MOST_FLAT_BARS
  if (fills) return windows.closedTo + every + lateness
  return first ? first.start + every + lateness : Number.POSITIVE_INFINITY
}
