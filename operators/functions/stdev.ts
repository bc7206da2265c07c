// stdev: the standard deviation of a window.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { numberAt, period, x } from './parameters.ts'
import { deviationOf, slide, WINDOW_HEADER } from './window.ts'

export const stdev: StatefulFunction = {
  name: 'stdev',
  summary: 'The population standard deviation of the last n values; 0 where they are equal.',
  parameters: [
    x,
    period('Values that the deviation is over. The first one comes with the n-th.', { least: 2 }),
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
          : deviationOf(state, at, n),
    }
  },
  source: 'TA-Lib STDDEV, without its rule that variances below 1e-14 are 0',
  example: 'stdev(close, 20)',
}
