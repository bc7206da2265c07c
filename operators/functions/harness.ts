// What the tests of stateful functions share: a run over a list of records, and series that are the
// same on every machine.
import type { Constant, StatefulFunction } from '../../topology/expression/function.ts'

export type Column = readonly number[]

/** Doubles of the function's state. */
export function sizeOf(called: StatefulFunction, constants: readonly Constant[]): number {
  const { header, ring, width } = called.kernel(constants)
  return header + ring * width
}

/** The results of the function for each record, of functions with one result its value alone. */
export function resultsOf(
  called: StatefulFunction,
  constants: readonly Constant[],
  ...series: readonly Column[]
): readonly Column[] {
  const kernel = called.kernel(constants)
  const state = new Array<number>(sizeOf(called, constants)).fill(0)
  kernel.start?.(state, 0)
  const [xs = [], ys = [], zs = []] = series
  return xs.map((x, index) => {
    const type = called.result([])
    const results = type.kind === 'record' ? type.fields.map(() => NaN) : []
    const value = kernel.update(state, 0, results, x, ys[index] ?? 0, zs[index] ?? 0)
    return type.kind === 'record' && !Number.isNaN(value) ? results : [value, ...results.slice(1)]
  })
}

/** One result of the function for each record. */
export function valuesOf(
  called: StatefulFunction,
  constants: readonly Constant[],
  ...series: readonly Column[]
): Column {
  return resultsOf(called, constants, ...series).map(([value = NaN]) => value)
}

/** How many records pass before the first value. */
export function silenceOf(values: Column): number {
  return values.filter((value) => Number.isNaN(value)).length
}

export function repeat(value: number, count: number): Column {
  return new Array<number>(count).fill(value)
}

/** Uniform numbers from 0 to 1, multiples of 2^-32, from a seed: mulberry32. */
export function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A random walk in cents around 1000.00. */
export function walk(seed: number, count: number): Column {
  const draw = draws(seed)
  let cents = 100_000
  return Array.from({ length: count }, () => {
    cents += Math.floor(draw() * 41) - 20
    return cents / 100
  })
}

/** Zeros, steps, jumps, and numbers at the edges of doubles whose arithmetic stays finite. */
export const AWKWARD: Column = [
  ...[0, -0, 5e-324, -5e-324, 0, 1, 1, 1 + Number.EPSILON, 1, -1, 1e15, 0.1, 0.2, 0.1 + 0.2],
  ...[1e-300, 1e300, -1e300, 1e300, ...repeat(0, 20), 3, 2, 1, 1e-9, 60000, 60000.01, 59999.99],
  ...[-0, 2.2250738585072014e-308, 1e16, 1e16 + 2, 7],
]
