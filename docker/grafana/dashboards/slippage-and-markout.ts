// What trading cost: where fills were beside the middle of the book, and where the market went
// after them.
import { byLabel, curve, points, rowNumbers, table } from '../panel.ts'
import { rows, series } from '../query.ts'
import { accountVariable, dashboard, symbolVariable } from './dashboard.ts'

const chosen = '$__timeFilter(time) and symbol in ($symbol) and account in ($account)'
const slippage = 'side * (price::double - mid) / mid * 10000'
const notional = '(quantity::double * price::double)'

export const slippageAndMarkout = dashboard({
  uid: 'millrace-slippage-and-markout',
  title: 'slippage and markout',
  description: 'Fills beside the middle of the book, fees, and the market after a fill.',
  variables: [symbolVariable(), accountVariable()],
  rows: {
    Now: [
      rowNumbers({
        title: 'Slippage',
        description:
          'How far beyond the middle of the book fills were, weighted by notional: above 0 it ' +
          'cost that much.',
        unit: 'suffix: bp',
        decimals: 2,
        width: 8,
        colours: [
          [null, 'green'],
          [1, 'orange'],
          [3, 'red'],
        ],
        queries: [
          rows(
            `select liquidity, sum(${slippage} * ${notional}) / sum(${notional}) as slippage
             from fills where ${chosen} and mid is not null order by liquidity`,
          ),
        ],
      }),
      rowNumbers({
        title: 'Fees',
        description: 'Fees paid, as a share of what was traded.',
        unit: 'suffix: bp',
        decimals: 2,
        width: 8,
        queries: [
          rows(
            `select liquidity, sum(fee::double) / sum(${notional}) * 10000 as fees
             from fills where ${chosen} order by liquidity`,
          ),
        ],
      }),
      rowNumbers({
        title: 'Fills',
        description: 'Parts of orders that were traded.',
        unit: 'none',
        width: 8,
        queries: [
          rows(`select liquidity, count() as fills from fills where ${chosen} order by liquidity`),
        ],
      }),
    ],
    Slippage: [
      points({
        title: 'Slippage of fills',
        description: 'Fill price beyond the middle of the book, in basis points of it.',
        unit: 'suffix: bp',
        width: 24,
        name: byLabel('liquidity'),
        queries: [
          series(
            `select time, liquidity, avg(${slippage}) as slippage from fills
             where ${chosen} and mid is not null sample by $__interval order by time`,
          ),
        ],
      }).axisCenteredZero(true),
    ],
    Markout: [
      curve(
        {
          title: 'Markout',
          description:
            'Mean of where the middle of the book went in the minute after a fill, towards us ' +
            '(above 0) or against us, from the fill’s price. A fill counts while the book is not ' +
            'older than 5 s.',
          unit: 'suffix: bp',
          width: 24,
          height: 10,
          queries: [rows(markout(60))],
        },
        'seconds',
      ),
    ],
    'By instrument': [
      table({
        title: 'Cost of trading',
        description:
          'Sums and means per account, instrument, liquidity and role. Cost is slippage and ' +
          'fees, in quote currency.',
        unit: 'locale',
        width: 24,
        queries: [
          rows(
            `select account, symbol, liquidity, role, count() as fills, sum(${notional}) as traded,
               avg(${slippage}) as slippage_bp, sum(fee::double) as fees,
               sum(side * (price::double - mid) * quantity::double + fee::double) as cost
             from fills where ${chosen} order by account, symbol, liquidity, role`,
          ),
        ],
      }),
    ],
  },
})

/**
 * Each second after the fill, makers and takers apart. A fill is dated by our clock, as is when a
 * book was received; its venue's clock may be seconds off.
 */
function markout(seconds: number): string {
  const mean = (liquidity: string) =>
    `avg(case when liquidity = '${liquidity}' then moved end) as ${liquidity}`
  return `select seconds, ${mean('maker')}, ${mean('taker')}
    from (
      select f.seconds, f.liquidity,
        f.side * ((q.bid + q.ask) / 2 - f.price) / f.price * 10000 as moved
      from ((
        select dateadd('s', (x - 1)::int, time) as at, x - 1 as seconds,
          symbol, side, price::double as price, liquidity
        from fills cross join long_sequence(${seconds + 1}) where ${chosen} order by at
      ) timestamp(at)) f
      asof join ((
        select received as known, symbol, bid, ask
        from quotes where $__timeFilter(received) order by known
      ) timestamp(known)) q on (symbol) tolerance 5s
    ) order by seconds`
}
