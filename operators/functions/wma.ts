// wma: the linearly weighted moving average.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { numberAt, period, x } from './parameters.ts'
import { read } from './slot.ts'
import { scaledDistanceOf, slide, sumOf, valueAt, WINDOW_HEADER } from './window.ts'

/** The sum of scaled distances from the reference, the oldest once and the newest n times. */
const WEIGHTED = WINDOW_HEADER
const HEADER = WINDOW_HEADER + 1

export const wma: StatefulFunction = {
  name: 'wma',
  summary: 'The mean of the last n values, the newest weighing n, the one before n - 1, down to 1.',
  parameters: [x, period('Values that the mean is over. The first one comes with the n-th.')],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0) - 1,
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    const weights = (n * (n + 1)) / 2
    return {
      header: HEADER,
      ring: n,
      width: 1,
      update: (state, at, _results, value) => {
        const sumBefore = sumOf(state, at)
        const slid = slide(state, at, at + HEADER, n, value)
        if (slid === 'filling') return NaN
        // Every distance loses one weight, the oldest its last one; the newest comes in with n.
        const weighted =
          slid === 'moved'
            ? read(state, at + WEIGHTED) - sumBefore + n * scaledDistanceOf(state, at, value)
            : weigh(state, at, n)
        state[at + WEIGHTED] = weighted
        return valueAt(state, at, weighted / weights)
      },
    }
  },
  source: 'TA-Lib WMA',
  example: 'wma(close, 20)',
}

function weigh(state: readonly number[], at: number, n: number): number {
  const next = read(state, at)
  let weighted = 0
  for (let weight = 1; weight <= n; weight += 1) {
    const row = next + weight <= n ? next + weight - 1 : next + weight - 1 - n
    weighted += weight * scaledDistanceOf(state, at, read(state, at + HEADER + row))
  }
  return weighted
}
