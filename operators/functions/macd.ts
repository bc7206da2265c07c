// macd: moving average convergence and divergence.
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { finite } from './finite.ts'
import { numberAt, period, x } from './parameters.ts'
import { recordOf } from './results.ts'
import { read } from './slot.ts'
import { shareOf, smooth } from './smoothing.ts'

const SEEN = 0
const FAST = 1
const SLOW = 2
const SIGNAL = 3

const RESULT = recordOf('Macd', ['macd', 'signal', 'hist'])

export const macd: StatefulFunction = {
  name: 'macd',
  summary:
    'The fast average less the slow one, the average of that (signal), and hist: their difference.',
  parameters: [
    x,
    period('Period of the fast exponential average, shorter than the slow one.', { name: 'fast' }),
    period('Period of the slow exponential average.', { name: 'slow', least: 2 }),
    period('Period of the signal. All values start with record slow + signal - 1.', {
      name: 'signal',
    }),
  ],
  result: () => RESULT,
  lookback: (constants) => numberAt(constants, 1) + numberAt(constants, 2) - 2,
  refuse: (constants) => {
    const [fast, slow] = [numberAt(constants, 0), numberAt(constants, 1)]
    if (fast < slow) return undefined
    return `"fast" of "macd" must be less than "slow", but ${fast} is not less than ${slow}`
  },
  kernel: (constants) => {
    const fast = numberAt(constants, 0)
    const slow = numberAt(constants, 1)
    const signal = numberAt(constants, 2)
    const fastShare = 2 / (fast + 1)
    const slowShare = 2 / (slow + 1)
    const signalShare = 2 / (signal + 1)
    const ready = slow + signal - 1
    return {
      header: 4,
      ring: 0,
      width: 0,
      update: (state, at, results, value) => {
        const seen = Math.min(read(state, at + SEEN), ready) + 1
        state[at + SEEN] = seen
        const slowAverage = smooth(read(state, at + SLOW), value, shareOf(seen, slow, slowShare))
        state[at + SLOW] = slowAverage
        // The fast average starts late, so that the windows of both first means end together.
        const fastSeen = seen - (slow - fast)
        if (fastSeen < 1) return NaN
        const fastAverage = smooth(
          read(state, at + FAST),
          value,
          shareOf(fastSeen, fast, fastShare),
        )
        state[at + FAST] = fastAverage
        if (seen < slow) return NaN
        const line = finite(fastAverage - slowAverage)
        const share = shareOf(seen - slow + 1, signal, signalShare)
        const average = smooth(read(state, at + SIGNAL), line, share)
        state[at + SIGNAL] = average
        if (seen < ready) return NaN
        results[0] = line
        results[1] = average
        results[2] = finite(line - average)
        return line
      },
    }
  },
  source: 'TA-Lib MACD',
  example: 'macd(close, 12, 26, 9).hist',
}
