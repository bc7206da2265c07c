// ema: the exponential moving average, started as TA-Lib does or from the first value.
import { DOUBLE } from '../../schemas/type.ts'
import type { Kernel, StatefulFunction } from '../../topology/expression/function.ts'
import { numberAt, period, x } from './parameters.ts'
import { read } from './slot.ts'
import { shareOf, smooth } from './smoothing.ts'

const SEEN = 0
const AVERAGE = 1

export const ema: StatefulFunction = {
  name: 'ema',
  summary: 'The exponential moving average: it moves by 2 / (n + 1) of the way to each value.',
  parameters: [
    x,
    period('Sets how much each value weighs. The first average comes with the n-th value.'),
    {
      name: 'seed',
      summary:
        "'first' starts from the first value, ready at once; else from the mean of the first n.",
      takes: 'constant',
      kinds: ['string'],
      optional: true,
      words: ['first'],
    },
  ],
  result: () => DOUBLE,
  lookback: (constants) => (constants[1] === 'first' ? 0 : numberAt(constants, 0) - 1),
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    return constants[1] === 'first' ? seededByFirst(n) : seededByMean(n)
  },
  source: 'TA-Lib EMA; e += 2 / (n + 1) * (x - e)',
  example: 'ema(close, 12)',
}

function seededByMean(n: number): Kernel {
  const share = 2 / (n + 1)
  return {
    header: 2,
    ring: 0,
    width: 0,
    update: (state, at, _results, value) => {
      const seen = Math.min(read(state, at + SEEN), n) + 1
      const average = smooth(read(state, at + AVERAGE), value, shareOf(seen, n, share))
      state[at + SEEN] = seen
      state[at + AVERAGE] = average
      return seen < n ? NaN : average
    },
  }
}

function seededByFirst(n: number): Kernel {
  const share = 2 / (n + 1)
  return {
    header: 2,
    ring: 0,
    width: 0,
    update: (state, at, _results, value) => {
      const isFirst = read(state, at + SEEN) === 0
      const average = isFirst ? value : smooth(read(state, at + AVERAGE), value, share)
      state[at + SEEN] = 1
      state[at + AVERAGE] = average
      return average
    },
  }
}
