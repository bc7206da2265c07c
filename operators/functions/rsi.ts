// rsi: Wilder's relative strength index.
import { DOUBLE } from '../../schemas/type.ts'
import type { Kernel, StatefulFunction } from '../../topology/expression/function.ts'
import { finite } from './finite.ts'
import { numberAt, period, x } from './parameters.ts'
import { read } from './slot.ts'

/** Values seen, up to one more than the period: then the averages are Wilder's. */
const SEEN = 0
const PREVIOUS = 1
const GAIN = 2
const LOSS = 3

export const rsi: StatefulFunction = {
  name: 'rsi',
  summary: 'The part of average gains in average gains and losses, from 0 to 100.',
  parameters: [
    x,
    period('Period of the averages. The first index comes after n changes.', { least: 2 }),
    {
      name: 'neutral',
      summary:
        'The index until there are n changes, and where nothing has moved; left out, none and 0.',
      takes: 'constant',
      kinds: ['number'],
      optional: true,
      min: 0,
      max: 100,
    },
  ],
  result: () => DOUBLE,
  lookback: (constants) => (constants[1] === undefined ? numberAt(constants, 0) : 0),
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    return constants[1] === undefined ? late(n) : atOnce(n, numberAt(constants, 1))
  },
  source: 'Wilder 1978, TA-Lib RSI, without its rule that averages below 1e-14 are 0',
  example: 'rsi(close, 14)',
}

function late(n: number): Kernel {
  return {
    header: 4,
    ring: 0,
    width: 0,
    update: (state, at, _results, value) => {
      takeIn(state, at, n, value)
      if (read(state, at + SEEN) <= n) return NaN
      const gain = read(state, at + GAIN)
      const loss = read(state, at + LOSS)
      return gain === 0 ? 0 : 100 * ratio(gain, loss)
    },
  }
}

/** Multiplies before it divides, which can round to an ulp above 100; `late` never does. */
function atOnce(n: number, neutral: number): Kernel {
  return {
    header: 4,
    ring: 0,
    width: 0,
    update: (state, at, _results, value) => {
      takeIn(state, at, n, value)
      const gain = read(state, at + GAIN)
      const loss = read(state, at + LOSS)
      const sum = gain + loss
      if (read(state, at + SEEN) <= n || sum === 0) return neutral
      const part = 100 * gain
      return Number.isFinite(part) && Number.isFinite(sum) ? part / sum : 100 * ratio(gain, loss)
    },
  }
}

function takeIn(state: number[], at: number, n: number, value: number): void {
  const changes = read(state, at + SEEN)
  state[at + SEEN] = Math.min(changes, n) + 1
  const change = finite(value - read(state, at + PREVIOUS))
  state[at + PREVIOUS] = value
  if (changes === 0) return
  const isMean = changes <= n
  const gain = change > 0 ? change : 0
  const loss = change < 0 ? -change : 0
  state[at + GAIN] = average(read(state, at + GAIN), gain, n, isMean)
  state[at + LOSS] = average(read(state, at + LOSS), loss, n, isMean)
}

/** Adds up to the plain mean of the first n, then is Wilder's average. */
function average(before: number, value: number, n: number, isMean: boolean): number {
  if (isMean) return before + value / n
  const next = (before * (n - 1) + value) / n
  return Number.isFinite(next) ? next : before + (value - before) / n
}

function ratio(gain: number, loss: number): number {
  const sum = gain + loss
  return Number.isFinite(sum) ? gain / sum : gain / 2 / (gain / 2 + loss / 2)
}
