// atr: Wilder's average true range.
import { DOUBLE } from '../../schemas/type.ts'
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { finite } from './finite.ts'
import { numberAt, period, series } from './parameters.ts'
import { read } from './slot.ts'
import { shareOf, smooth } from './smoothing.ts'

const SEEN = 0
const CLOSE = 1
const AVERAGE = 2

export const atr: StatefulFunction = {
  name: 'atr',
  summary: 'The average true range: how far prices go from record to record, gaps included.',
  parameters: [
    series('high', 'The highest price of the record.'),
    series('low', 'The lowest price of the record.'),
    series('close', 'The last price of the record.'),
    period('Period of the average. The first one comes after n ranges, with record n + 1.'),
  ],
  result: () => DOUBLE,
  lookback: (constants) => numberAt(constants, 0),
  kernel: (constants) => {
    const n = numberAt(constants, 0)
    return {
      header: 3,
      ring: 0,
      width: 0,
      update: (state, at, _results, high, low, close) => {
        const ranges = read(state, at + SEEN)
        const before = read(state, at + CLOSE)
        state[at + SEEN] = Math.min(ranges, n) + 1
        state[at + CLOSE] = close
        if (ranges === 0) return NaN
        const range = Math.max(high - low, Math.abs(high - before), Math.abs(low - before))
        const average = smooth(read(state, at + AVERAGE), finite(range), shareOf(ranges, n, 1 / n))
        state[at + AVERAGE] = average
        return ranges < n ? NaN : average
      },
    }
  },
  source: 'Wilder 1978, TA-Lib ATR',
  example: 'atr(high, low, close, 14)',
}
