import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Constant, Kernel, StatefulFunction } from '../../topology/expression/function.ts'
import { sizeOf } from './harness.ts'
import { statefulFunctions } from './index.ts'

/** Constants to try each function with: short and long windows, every form. */
const constantsOf: Readonly<Record<string, readonly (readonly Constant[])[]>> = {
  atr: [[1], [3]],
  bollinger: [
    [2, 2],
    [5, 100],
  ],
  change: [[]],
  count: [[]],
  crosses_over: [[]],
  crosses_under: [[]],
  ema: [
    [1, undefined],
    [4, undefined],
    [4, 'first'],
  ],
  highest: [[1], [2], [7]],
  lowest: [[1], [2], [7]],
  macd: [
    [1, 2, 1],
    [2, 4, 3],
  ],
  prev: [[undefined], [4]],
  roc: [[1], [4]],
  rsi: [
    [2, undefined],
    [4, undefined],
    [4, 50],
  ],
  sma: [[1], [5]],
  stdev: [[2], [5]],
  wma: [[1], [5]],
  zscore: [[2], [5]],
}

const cases = [...statefulFunctions.values()].flatMap((called) =>
  (constantsOf[called.name] ?? []).map((constants) => ({ called, constants })),
)

const every = test.each(
  cases.map(({ called, constants }) => {
    return [`${called.name}(${constants.join()})`, called, constants] as const
  }),
)

const calmDouble = fc.double({ min: 99, max: 101, noNaN: true })
const anyDouble = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 2, arbitrary: calmDouble },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-0, 5e-324, 1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE),
  },
)
const anyRow = fc.tuple(anyDouble, anyDouble, anyDouble)
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 40 })

type Row = readonly [x: number, y: number, z: number]

/** Stands before and behind a kernel's stretch; what is read or written there shows. */
const GUARD = 3

function start(kernel: Kernel, size: number, fill = NaN): number[] {
  const state = new Array<number>(size + 2 * GUARD).fill(fill)
  state.fill(0, GUARD, GUARD + size)
  kernel.start?.(state, GUARD)
  return state
}

function update(called: StatefulFunction, kernel: Kernel, state: number[], row: Row): number[] {
  const type = called.result([])
  const results = type.kind === 'record' ? type.fields.map(() => NaN) : []
  return [kernel.update(state, GUARD, results, ...row), ...results]
}

function bits(doubles: readonly number[]): string {
  return Buffer.from(Float64Array.from(doubles).buffer).toString('base64')
}

function fromBits(text: string): number[] {
  return [...new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)]
}

test('has constants to try for every function', () => {
  expect(Object.keys(constantsOf).toSorted()).toEqual([...statefulFunctions.keys()].toSorted())
})

every('%s is silent for its lookback, and finite from then on', (_name, called, constants) => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const kernel = called.kernel(constants)
      const state = start(kernel, sizeOf(called, constants))
      rows.forEach((row, index) => {
        const [value = NaN, ...results] = update(called, kernel, state, row)
        const isReady = index >= called.lookback(constants)
        expect(Number.isNaN(value)).toBe(!isReady)
        if (isReady) expect([value, ...results].every(Number.isFinite)).toBe(true)
        if (isReady && results.length > 0) expect(value).toBe(results[0])
        expect(state.slice(GUARD, -GUARD).every(Number.isFinite)).toBe(true)
      })
    }),
  )
})

every('%s goes on from saved state as if nothing had been', (_name, called, constants) => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const kernel = called.kernel(constants)
      const state = start(kernel, sizeOf(called, constants))
      let loaded = state.slice()
      for (const row of rows) {
        const saved = JSON.stringify({ doubles: bits(loaded) })
        loaded = fromBits((JSON.parse(saved) as { doubles: string }).doubles)
        const fresh = called.kernel(constants)
        const want = bits(update(called, kernel, state, row))
        expect(bits(update(called, fresh, loaded, row))).toBe(want)
        expect(bits(loaded)).toBe(bits(state))
      }
    }),
  )
})

every('%s is undone by its header and one row', (_name, called, constants) => {
  fc.assert(
    fc.property(anyRows, anyRow, (rows, undone) => {
      const kernel = called.kernel(constants)
      const state = start(kernel, sizeOf(called, constants))
      for (const row of rows) {
        const before = bits(state)
        const header = state.slice(GUARD, GUARD + kernel.header)
        const next = kernel.ring === 0 ? 0 : (header[0] ?? NaN) * kernel.width
        const rowAt = GUARD + kernel.header + next
        const saved = state.slice(rowAt, rowAt + kernel.width)
        expect(next).toBeLessThanOrEqual(Math.max(0, kernel.ring - 1) * kernel.width)
        update(called, kernel, state, undone)
        state.splice(GUARD, kernel.header, ...header)
        state.splice(rowAt, kernel.width, ...saved)
        expect(bits(state)).toBe(before)
        update(called, kernel, state, row)
      }
    }),
  )
})

every('%s neither reads nor writes beside its state', (_name, called, constants) => {
  fc.assert(
    fc.property(anyRows, anyDouble, (rows, fill) => {
      const [kernel, size] = [called.kernel(constants), sizeOf(called, constants)]
      const [state, other] = [start(kernel, size), start(kernel, size, fill)]
      for (const row of rows) {
        expect(bits(update(called, kernel, state, row))).toBe(
          bits(update(called, kernel, other, row)),
        )
      }
      const beside = [...state.slice(0, GUARD), ...state.slice(-GUARD)]
      expect(beside.every(Number.isNaN)).toBe(true)
      expect(bits(state.slice(GUARD, -GUARD))).toBe(bits(other.slice(GUARD, -GUARD)))
    }),
  )
})

const WINDOWED =
  'bollinger change crosses_over crosses_under highest lowest prev roc sma stdev wma zscore'
const windowed = new Set(WINDOWED.split(' '))

test.each(cases.filter(({ called }) => windowed.has(called.name)))(
  '$called.name forgets what has left its window ($constants)',
  ({ called, constants }) => {
    const calmRow = fc.tuple(calmDouble, fc.constant(100), fc.constant(0))
    const calm = fc.array(calmRow, { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(anyRows, calm, (before, rows) => {
        const [kernel, size] = [called.kernel(constants), sizeOf(called, constants)]
        const [shaken, fresh] = [start(kernel, size), start(kernel, size)]
        for (const row of before) update(called, kernel, shaken, row)
        rows.forEach((row, index) => {
          const got = update(called, kernel, shaken, row)
          const want = update(called, kernel, fresh, row)
          if (index < 10) return
          got.forEach((value, place) => expect(value).toBeCloseTo(want[place] ?? NaN, 7))
        })
      }),
    )
  },
)

test.each([...statefulFunctions.values()])('$name is documented', (called) => {
  const { name, summary, parameters, source, example, lookback } = called
  const sentence = /^['A-Z].*\.$/
  expect(summary).toMatch(sentence)
  for (const parameter of parameters) expect(parameter.summary).toMatch(sentence)
  expect(source).not.toBe('')
  expect(example.startsWith(`${name}(`)).toBe(true)
  const kinds = parameters.map(({ takes }) => takes)
  expect(kinds.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0))).toEqual(kinds)
  expect(kinds.filter((takes) => takes === 'series').length).toBeLessThanOrEqual(3)
  for (const constants of constantsOf[name] ?? [])
    expect(lookback(constants)).toBeGreaterThanOrEqual(0)
})
