// zscore: how far a value is from the mean of its window.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { numberAt, period, x } from './parameters.ts'
import { scoreOf, slide, WINDOW_HEADER } from './window.ts'

export const zscore: StatefulFunction = {
  name: 'zscore',
  summary: 'Deviations that the value is above the mean of the last n; 0 where they are equal.',
  parameters: [
    x,
    period('Values in the window. The first score comes with the n-th.', { least: 2 }),
  ],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0) - 1,
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    return {
      header: WINDOW_HEADER,
      ring: n,
      width: 1,
      update: (state, at, _results, value) =>
        slide(state, at, at + WINDOW_HEADER, n, value) === 'filling'
          ? NaN
          : scoreOf(state, at, n, value),
    }
  },
  source: '(x - sma(x, n)) / stdev(x, n)',
  example: 'zscore(spread, 60)',
}
