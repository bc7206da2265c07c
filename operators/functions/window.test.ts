import { expect, test } from 'vitest'
import { type Column, draws, repeat } from './harness.ts'
import { read } from './slot.ts'
import { deviationOf, meanOf, scoreOf, slide, WINDOW_HEADER } from './window.ts'

/** Values below are multiples of 2^-20, so that they are whole numbers here. */
const UNIT = 2 ** 20

/** Mean and population deviation of the values, rounded once or twice. */
function exact(values: Column): { readonly mean: number; readonly deviation: number } {
  const whole = values.map((value) => BigInt(value * UNIT))
  const n = BigInt(values.length)
  const sum = whole.reduce((total, value) => total + value, 0n)
  const squares = whole.reduce((total, value) => total + value * value, 0n)
  // 64 more bits, so that the division loses nothing that a double would hold.
  const mean = Number((sum << 64n) / n) / 2 ** 64 / UNIT
  return { mean, deviation: Math.sqrt(Number(n * squares - sum * sum)) / values.length / UNIT }
}

interface Worst {
  readonly mean: number
  readonly deviation: number
}

/** The worst errors, every `step` records: of the mean in deviations, of those relatively. */
function worstErrors(
  n: number,
  count: number,
  step: number,
  next: (index: number) => number,
): Worst {
  const state = repeat(0, WINDOW_HEADER + n).slice()
  let [mean, deviation] = [0, 0]
  for (let index = 0; index < count; index += 1) {
    slide(state, 0, WINDOW_HEADER, n, next(index))
    if (index < n || index % step !== 0) continue
    const want = exact(state.slice(WINDOW_HEADER))
    const scale = Math.max(want.deviation, Math.abs(want.mean) * Number.EPSILON)
    mean = Math.max(mean, Math.abs(meanOf(state, 0, n) - want.mean) / scale)
    const error = Math.abs(deviationOf(state, 0, n) - want.deviation)
    deviation = Math.max(deviation, error / want.deviation)
  }
  return { mean, deviation }
}

function quantized(value: number): number {
  return Math.round(value * UNIT) / UNIT
}

/** A small noise on a level. */
function noise(level: number, size: number): (index: number) => number {
  const draw = draws(1)
  return () => quantized(level + size * (draw() - 0.5))
}

function wander(): (index: number) => number {
  const draw = draws(2)
  let level = 60_000
  return () => (level = quantized(level + draw() - 0.5))
}

/** Noise of 0.01 with a far value every 1000 records. */
function spikes(far: number): (index: number) => number {
  const calm = noise(1, 0.01)
  return (index) => (index % 1000 === 500 ? far : calm(index))
}

/** Falls by a third with every record, from 1e9 down, then again. */
function fall(): (index: number) => number {
  return (index) => quantized(1e9 * (2 / 3) ** (index % 60))
}

test.each([
  ['noise of 0.001 on 1e9', 20, noise(1e9, 0.001)],
  ['noise of 1 on 60000', 1000, noise(60_000, 1)],
  ['a random walk', 20, wander()],
  ['spikes of 1e12 on noise of 0.01', 20, spikes(1e12)],
  ['spikes of 1e5 on noise of 0.01', 20, spikes(1e5)],
  ['spikes of 1000 on noise of 0.01', 300, spikes(1000)],
  ['a fall by magnitudes', 20, fall()],
])('keeps ten digits of mean and deviation on %s', (_name, n, next) => {
  const { mean, deviation } = worstErrors(n, 20_000, 7, next)
  expect(deviation).toBeLessThan(1e-10)
  expect(mean).toBeLessThan(1e-10)
})

test('is as near after a million records as after a thousand', () => {
  for (const next of [noise(1e9, 0.001), wander(), spikes(1e12)]) {
    const { mean, deviation } = worstErrors(50, 1_000_000, 997, next)
    expect(deviation).toBeLessThan(1e-10)
    expect(mean).toBeLessThan(1e-10)
  }
})

test('sums a long window up once a round, and once more when a far value leaves', () => {
  const [n, calm] = [1000, noise(1, 0.01)]
  const state = repeat(0, WINDOW_HEADER + n).slice()
  let summed = 0
  for (let index = 0; index < 100 * n; index += 1) {
    const x = index % 5500 === 700 ? 1e9 : calm(index)
    if (slide(state, 0, WINDOW_HEADER, n, x) === 'summed') summed += 1
  }
  expect(summed).toBeGreaterThanOrEqual(100)
  expect(summed).toBeLessThan(100 + 3 * 19)
})

test('is not summed up more often because a window is flat', () => {
  const [n, state] = [1000, repeat(0, WINDOW_HEADER + 1000).slice()]
  const slides = Array.from({ length: 10 * n }, () => slide(state, 0, WINDOW_HEADER, n, 0.1))
  expect(slides.filter((slid) => slid === 'summed')).toHaveLength(10)
  expect([meanOf(state, 0, n), deviationOf(state, 0, n), scoreOf(state, 0, n, 0.1)]).toEqual([
    0.1, 0, 0,
  ])
})

test.each([5e-324, 1e-300, 1e-150, 1, 1e150, 1e300])('knows deviations of size %d', (size) => {
  const state = repeat(0, WINDOW_HEADER + 4).slice()
  const draw = draws(5)
  for (let index = 0; index < 41; index += 1) {
    slide(state, 0, WINDOW_HEADER, 4, draw() < 0.5 ? size * 3 : size)
    const window = state.slice(WINDOW_HEADER)
    const high = window.filter((value) => value === size * 3).length
    if (index < 3) continue
    const unit = Math.sqrt((high * (4 - high)) / 4)
    expect(deviationOf(state, 0, 4) / size).toBeCloseTo(
      size === 5e-324 ? Math.round(unit) : unit,
      9,
    )
  }
  expect(read(state, 1)).toBe(1)
})
