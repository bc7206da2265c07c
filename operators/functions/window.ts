// The last n values of a key, with their sum and sum of squares about a reference near their mean,
// in O(1) per record. Sums about a reference keep the digits that E[x^2] - E[x]^2 loses. They are
// computed anew from the values whenever the ring comes round, and as soon as rounding could show:
// errors do not build up, and a flat window has a deviation of exactly 0.
import { finite } from './finite.ts'
import { read } from './slot.ts'

const NEXT = 0
const IS_FULL = 1
/** A power of two by which values are multiplied, so that no square overflows or vanishes. */
const SCALE = 2
/** Near the mean of the window when it was last summed up; scaled, as all below. */
const REFERENCE = 3
const SUM = 4
const SQUARES = 5
/** The largest squares since the window was summed up: rounding errors are in proportion to it. */
const PEAK = 6

/** Slots that a window takes at the start of its kernel's header. */
export const WINDOW_HEADER = 7

/**
 * The window is summed up anew when its spread (the squares about the mean) is below this part of
 * the peak: a value far off has left, or the mean has moved far from the reference. What made the
 * spread rise stays for a whole window, so in that time it can only fall, by so many factors as
 * doubles have. That keeps the cost per record constant, whatever the values are.
 */
const KEPT = 1 / 64

/** Ranges beyond these are scaled: the squares of the rest, and their sum, are normal doubles. */
const HUGE = 2 ** 400
const TINY = 2 ** -400
const SHRINK = 2 ** -700
const GROW = 2 ** 700
const FARTHEST = 2 ** 420
const LEAST_SQUARES = 2 ** -860

/** What taking in a value did: the window fills up, has moved on by one, or was summed up anew. */
export type Slide = 'filling' | 'moved' | 'summed'

/** Takes in `x` for the oldest value. The ring of `n` rows of one value starts at `state[ring]`. */
export function slide(state: number[], at: number, ring: number, n: number, x: number): Slide {
  const next = read(state, at + NEXT)
  const oldest = read(state, ring + next)
  state[ring + next] = x
  if (next + 1 === n) {
    state[at + NEXT] = 0
    state[at + IS_FULL] = 1
    sumUp(state, at, ring, n)
    return 'summed'
  }
  state[at + NEXT] = next + 1
  if (read(state, at + IS_FULL) === 0) return 'filling'
  const scale = read(state, at + SCALE)
  const reference = read(state, at + REFERENCE)
  const entering = x * scale - reference
  const leaving = oldest * scale - reference
  const sum = read(state, at + SUM) + (entering - leaving)
  const squares = read(state, at + SQUARES) + (entering - leaving) * (entering + leaving)
  const peak = Math.max(read(state, at + PEAK), squares)
  const isFlat = entering === 0 && leaving === 0
  const isSound =
    Math.abs(entering) < FARTHEST &&
    (isFlat || squares > LEAST_SQUARES) &&
    squares - (sum * sum) / n >= peak * KEPT
  if (!isSound) {
    sumUp(state, at, ring, n)
    return 'summed'
  }
  state[at + SUM] = sum
  state[at + SQUARES] = squares
  state[at + PEAK] = peak
  return 'moved'
}

function sumUp(state: number[], at: number, ring: number, n: number): void {
  let low = read(state, ring)
  let high = low
  for (let row = ring + 1; row < ring + n; row += 1) {
    const value = read(state, row)
    if (value < low) low = value
    else if (value > high) high = value
  }
  const range = high - low
  const scale = range > HUGE ? SHRINK : range > 0 && range < TINY ? GROW : 1
  const base = low * scale
  let distance = 0
  for (let row = ring; row < ring + n; row += 1) distance += read(state, row) * scale - base
  const reference = base + distance / n
  let sum = 0
  let squares = 0
  for (let row = ring; row < ring + n; row += 1) {
    const deviation = read(state, row) * scale - reference
    sum += deviation
    squares += deviation * deviation
  }
  state[at + SCALE] = scale
  state[at + REFERENCE] = reference
  state[at + SUM] = sum
  state[at + SQUARES] = squares
  state[at + PEAK] = squares
}

/** The mean of a full window. */
export function meanOf(state: readonly number[], at: number, n: number): number {
  const mean = read(state, at + REFERENCE) + read(state, at + SUM) / n
  return finite(mean / read(state, at + SCALE))
}

/** The population deviation of a full window. */
export function deviationOf(state: readonly number[], at: number, n: number): number {
  return finite(scaledDeviationOf(state, at, n) / read(state, at + SCALE))
}

/** How many deviations `x` is above the mean of a full window; 0 where the window is flat. */
export function scoreOf(state: readonly number[], at: number, n: number, x: number): number {
  const deviation = scaledDeviationOf(state, at, n)
  if (deviation === 0) return 0
  return (scaledDistanceOf(state, at, x) - sumOf(state, at) / n) / deviation
}

/** Scaled sum of the values' distances from the reference. */
export function sumOf(state: readonly number[], at: number): number {
  return read(state, at + SUM)
}

/** Scaled distance of `x` from the reference. */
export function scaledDistanceOf(state: readonly number[], at: number, x: number): number {
  return x * read(state, at + SCALE) - read(state, at + REFERENCE)
}

/** The value whose scaled distance from the reference is `distance`. */
export function valueAt(state: readonly number[], at: number, distance: number): number {
  return finite((read(state, at + REFERENCE) + distance) / read(state, at + SCALE))
}

function scaledDeviationOf(state: readonly number[], at: number, n: number): number {
  const sum = read(state, at + SUM)
  const spread = read(state, at + SQUARES) - (sum * sum) / n
  return spread > 0 ? Math.sqrt(spread / n) : 0
}
