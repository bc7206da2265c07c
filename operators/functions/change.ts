// change: the difference from the record before.
import { DOUBLE, DURATION } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { delayKernel } from './delay.ts'
import { finite } from './finite.ts'

export const change: StatefulFunction = {
  name: 'change',
  summary: 'The value less that of the record before; of times, the duration between them.',
  parameters: [
    {
      name: 'x',
      summary: 'The value. The first record has no change.',
      takes: 'series',
      kinds: ['number', 'time', 'duration'],
    },
  ],
  result: ([type]) => (type?.kind === 'time' || type?.kind === 'duration' ? DURATION : DOUBLE),
  lookback: () => 1,
  kernel: () => delayKernel(1, (x, before) => finite(x - before)),
  source: 'x - prev(x)',
  example: 'change(close)',
}
