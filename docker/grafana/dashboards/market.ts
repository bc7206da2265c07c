// What the market did: prices, volume, who took, and how wide the books were.
import { byLabel, candles, columns, lines, numbers, table } from '../panel.ts'
import { rows, series } from '../query.ts'
import { dashboard, marks, symbolVariable } from './dashboard.ts'

const bars = 'from bars where $__timeFilter(_time) and symbol in ($symbol)'
const trades = 'from trades where $__timeFilter(time) and symbol in ($symbol)'
const quotes = 'from quotes where $__timeFilter(_time) and symbol in ($symbol)'

export const market = dashboard({
  uid: 'millrace-market',
  title: 'market',
  description: 'Prices, volume, taker flow and order books, as the desk saw them.',
  variables: [symbolVariable()],
  annotations: [
    marks(
      'fills',
      'purple',
      `select time, symbol as tags,
         concat(account, case when side > 0 then ' bought ' else ' sold ' end,
           quantity::double, ' at ', price::double) as text
       from fills where $__timeFilter(time) and symbol in ($symbol) order by time`,
    ),
  ],
  rows: {
    Now: [
      numbers({
        title: 'Last price',
        description: 'The close of the last bar, over closes in quote currency.',
        unit: 'none',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(`select _time as time, symbol, last(close) as price ${bars} ${sampled()}`),
        ],
      }).showPercentChange(true),
      numbers({
        title: 'Spread',
        description: 'Best ask less best bid, in basis points of their middle, at the last change.',
        unit: 'suffix: bp',
        decimals: 3,
        width: 12,
        name: byLabel('symbol'),
        colours: [
          [null, 'green'],
          [2, 'orange'],
          [5, 'red'],
        ],
        queries: [
          series(
            `select _time as time, symbol, last(${spread()}) as spread ${quotes} ${sampled()}`,
          ),
        ],
      }),
    ],
    Prices: [
      candles({
        title: 'Bars of $symbol',
        description: 'Bars that the desk built from trades, gathered further to the width shown.',
        unit: 'none',
        width: 24,
        height: 11,
        queries: [
          series(
            `select _time as time, first(open) as open, max(high) as high, min(low) as low,
               last(close) as close, sum(volume) as volume ${bars} ${sampled()}`,
          ),
        ],
      })
        .repeat('symbol')
        .repeatDirection('h')
        .maxPerRow(2),
    ],
    Flow: [
      columns({
        title: 'Taker volume of $symbol',
        description: 'Base currency bought (up) and sold (down) by those who took.',
        unit: 'short',
        width: 24,
        queries: [
          series(
            `select time, sum(case when side > 0 then size else 0 end) as bought,
               -sum(case when side < 0 then size else 0 end) as sold ${trades} ${sampled()}`,
          ),
        ],
      })
        .repeat('symbol')
        .repeatDirection('h')
        .maxPerRow(2),
      columns({
        title: 'Trades',
        description: 'Trades per second.',
        unit: 'cps',
        width: 24,
        name: byLabel('symbol'),
        queries: [
          series(
            `select time, symbol, count() * 1000.0 / $__interval_ms as trades
             ${trades} ${sampled()}`,
          ),
        ],
      }),
    ],
    'Order books': [
      lines({
        title: 'Spread',
        description: 'Mean of best ask less best bid, in basis points of their middle.',
        unit: 'suffix: bp',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(`select _time as time, symbol, avg(${spread()}) as spread ${quotes} ${sampled()}`),
        ],
      }),
      lines({
        title: 'Imbalance at the top',
        description:
          'Mean of (bid size − ask size) / (bid size + ask size): above 0 bids are larger.',
        unit: 'percentunit',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(
            `select _time as time, symbol,
               avg((bid_size - ask_size) / (bid_size + ask_size)) as imbalance
             ${quotes} ${sampled()}`,
          ),
        ],
      })
        .min(-1)
        .max(1),
    ],
    'Minute by minute': [
      table({
        title: 'Minutes',
        description: 'From trades_1m, a view that QuestDB keeps of the trades: at most 120.',
        unit: 'none',
        width: 24,
        queries: [
          rows(
            `select time, symbol, open, high, low, close, volume, count from trades_1m
             where $__timeFilter(time) and symbol in ($symbol)
             order by time desc, symbol limit 120`,
          ),
        ],
      }),
    ],
  },
})

function sampled(): string {
  return 'sample by $__interval order by time'
}

function spread(): string {
  return '(ask - bid) / ((ask + bid) / 2) * 10000'
}
