// What the desk measured of each bar, and the signals that came of it.
import { byLabel, lines } from '../panel.ts'
import { series } from '../query.ts'
import { dashboard, marks, symbolVariable } from './dashboard.ts'

const measured = 'from indicators where $__timeFilter(_time) and symbol in ($symbol)'
const sampled = 'sample by $__interval order by time'

export const indicators = dashboard({
  uid: 'millrace-indicators',
  title: 'indicators',
  description: 'Averages, RSI and ATR of the bars; marks are signals.',
  variables: [symbolVariable()],
  annotations: [
    marks(
      'signals',
      'blue',
      `select time, symbol as tags,
         concat(case when side > 0 then 'buy ' else 'sell ' end, symbol,
           ', confidence ', round(confidence, 2)) as text
       from signals where $__timeFilter(time) and symbol in ($symbol) order by time`,
    ),
  ],
  rows: {
    Trend: [
      lines({
        title: 'Averages of $symbol',
        description: 'The close of bars, and the fast and the slow average of closes.',
        unit: 'none',
        width: 24,
        height: 10,
        queries: [
          series(
            `select _time as time, last(close) as close, last(fast_ema) as fast,
               last(slow_ema) as slow
             ${measured} ${sampled}`,
          ),
        ],
      })
        .repeat('symbol')
        .repeatDirection('v'),
    ],
    Momentum: [
      lines({
        title: 'RSI',
        description:
          'Relative strength over 14 bars. The desk buys below 80 and sells above 20 only.',
        unit: 'none',
        decimals: 1,
        width: 12,
        name: byLabel('symbol'),
        colours: [
          [null, 'blue'],
          [20, 'text'],
          [80, 'blue'],
        ],
        queries: [series(`select _time as time, symbol, last(rsi) as rsi ${measured} ${sampled}`)],
      })
        .min(0)
        .max(100),
      lines({
        title: 'Fast less slow average',
        description: 'In basis points of the close: where it goes through 0, averages cross.',
        unit: 'suffix: bp',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(
            `select _time as time, symbol, last((fast_ema - slow_ema) / close * 10000) as apart
             ${measured} ${sampled}`,
          ),
        ],
      }).axisCenteredZero(true),
    ],
    Range: [
      lines({
        title: 'Average true range',
        description: 'Over 14 bars, in basis points of the close: a stop is four of it away.',
        unit: 'suffix: bp',
        width: 24,
        name: byLabel('symbol'),
        queries: [
          series(
            `select _time as time, symbol, last(atr / close * 10000) as atr ${measured} ${sampled}`,
          ),
        ],
      }),
    ],
  },
})
