// highest: the greatest value of a window.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { extremeKernel } from './extreme.ts'
import { numberAt, period, x } from './parameters.ts'

export const highest: StatefulFunction = {
  name: 'highest',
  summary: 'The greatest of the last n values.',
  parameters: [x, period('Values in the window. The first result comes with the n-th.')],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0) - 1,
  kernel: (constants) => extremeKernel(numberAt(constants, 0), 1),
  source: 'max over the window; TA-Lib MAX',
  example: 'highest(high, 20)',
}
