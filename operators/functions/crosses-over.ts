// crosses_over: where one series crosses another from below.
import { BOOLEAN } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { crossingKernel } from './crossing.ts'
import { series } from './parameters.ts'

export const crossesOver: StatefulFunction = {
  name: 'crosses_over',
  summary: 'Whether a was at or below b and is now above it.',
  parameters: [
    series('a', 'The series that crosses. The first record has no value.'),
    series('b', 'The series that is crossed.'),
  ],
  result: () => BOOLEAN,
  lookback: () => 1,
  kernel: () => crossingKernel('a'),
  source: 'prev(a) <= prev(b) && a > b',
  example: 'crosses_over(ema(close, 12), ema(close, 26))',
}
