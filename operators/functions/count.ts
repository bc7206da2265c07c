// count: how many records the key has had.
import { LONG } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { read } from './slot.ts'

const SEEN = 0

export const count: StatefulFunction = {
  name: 'count',
  summary: 'Records of the key so far, this one included.',
  parameters: [],
  result: () => LONG,
  lookback: () => 0,
  kernel: () => ({
    header: 1,
    ring: 0,
    width: 0,
    update: (state, at) => {
      const seen = read(state, at + SEEN) + 1
      state[at + SEEN] = seen
      return seen
    },
  }),
  source: 'count of records',
  example: 'count()',
}
