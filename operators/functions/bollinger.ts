// bollinger: a mean and the bands around it.
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { finite } from './finite.ts'
import { numberAt, period, x } from './parameters.ts'
import { recordOf } from './results.ts'
import { deviationOf, meanOf, slide, WINDOW_HEADER } from './window.ts'

const MOST_DEVIATIONS = 100

const RESULT = recordOf('Bollinger', ['upper', 'middle', 'lower'])

export const bollinger: StatefulFunction = {
  name: 'bollinger',
  summary: 'The mean of the last n values, and bands k population deviations above and below it.',
  parameters: [
    x,
    period('Values in the window. The first bands come with the n-th.', { least: 2 }),
    {
      name: 'k',
      summary: 'Deviations from the mean to each band.',
      takes: 'constant',
      kinds: ['number'],
      min: 0,
      max: MOST_DEVIATIONS,
    },
  ],
  result: () => RESULT,
  lookback: (constants) => numberAt(constants, 0) - 1,
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    const k = numberAt(constants, 1)
    return {
      header: WINDOW_HEADER,
      ring: n,
      width: 1,
      update: (state, at, results, value) => {
        if (slide(state, at, at + WINDOW_HEADER, n, value) === 'filling') return NaN
        const middle = meanOf(state, at, n)
        const distance = k * deviationOf(state, at, n)
        const upper = finite(middle + distance)
        results[0] = upper
        results[1] = middle
        results[2] = finite(middle - distance)
        return upper
      },
    }
  },
  source: 'TA-Lib BBANDS with simple averages; Bollinger',
  example: 'bollinger(close, 20, 2).upper',
}
