// prev: an earlier value.
import { DOUBLE } from '../../schemas/type.ts'
import type { Constant, StatefulFunction } from '../../topology/expression/function.ts'
import { delayKernel } from './delay.ts'
import { numberAt, period } from './parameters.ts'

export const prev: StatefulFunction = {
  name: 'prev',
  summary: 'The value of the record before, or of the one n records ago.',
  parameters: [
    {
      name: 'x',
      summary: 'The value.',
      takes: 'series',
      kinds: ['number', 'boolean', 'time', 'duration'],
    },
    { ...period('Records ago, 1 if left out. The first n records have no value.'), optional: true },
  ],
  result: ([type = DOUBLE]) => type,
  lookback: recordsAgo,
  kernel: (constants) => delayKernel(recordsAgo(constants), (_x, before) => before),
  source: 'x of n records ago',
  example: 'prev(close)',
}

function recordsAgo(constants: readonly Constant[]): number {
  return constants[0] === undefined ? 1 : numberAt(constants, 0)
}
