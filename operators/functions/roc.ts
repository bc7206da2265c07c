// roc: the rate of change.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { delayKernel } from './delay.ts'
import { finite } from './finite.ts'
import { numberAt, period, x } from './parameters.ts'

export const roc: StatefulFunction = {
  name: 'roc',
  summary: 'The change since n records ago in percent; 0 where the value was 0 then.',
  parameters: [x, period('Records ago. The first n records have no value.')],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0),
  kernel: (constants) => delayKernel(numberAt(constants, 0), percent),
  source: 'TA-Lib ROC: (x / prev(x, n) - 1) * 100',
  example: 'roc(close, 10)',
}

function percent(value: number, before: number): number {
  return before === 0 ? 0 : finite((value / before - 1) * 100)
}
