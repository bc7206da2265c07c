// sma: the simple moving average.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { numberAt, period, x } from './parameters.ts'
import { meanOf, slide, WINDOW_HEADER } from './window.ts'

export const sma: StatefulFunction = {
  name: 'sma',
  summary: 'The mean of the last n values.',
  parameters: [x, period('Values that the mean is over. The first one comes with the n-th.')],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0) - 1,
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    return {
      header: WINDOW_HEADER,
      ring: n,
      width: 1,
      update: (state, at, _results, value) =>
        slide(state, at, at + WINDOW_HEADER, n, value) === 'filling' ? NaN : meanOf(state, at, n),
    }
  },
  source: 'TA-Lib SMA',
  example: 'sma(close, 20)',
}
