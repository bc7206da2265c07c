// crosses_under: where one series crosses another from above.
import { BOOLEAN } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { crossingKernel } from './crossing.ts'
import { series } from './parameters.ts'

export const crossesUnder: StatefulFunction = {
  name: 'crosses_under',
  summary: 'Whether a was at or above b and is now below it.',
  parameters: [
    series('a', 'The series that crosses. The first record has no value.'),
    series('b', 'The series that is crossed.'),
  ],
  result: () => BOOLEAN,
  lookback: () => 1,
  kernel: () => crossingKernel('b'),
  source: 'prev(a) >= prev(b) && a < b',
  example: 'crosses_under(ema(close, 12), ema(close, 26))',
}
