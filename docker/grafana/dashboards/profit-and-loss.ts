// What the accounts made: equity, gains, fees, exposure, and how far they are below their best.
import { byLabel, lines, rowNumbers, table } from '../panel.ts'
import { rows, series } from '../query.ts'
import { accountVariable, dashboard } from './dashboard.ts'

const equity = 'from equity where $__timeFilter(time) and account in ($account)'
/** Equity less the cash that the account began with. */
const gain = '(realized::double + unrealized::double - fees::double)'
const share = `${gain} / (equity::double - ${gain})`
const sampled = 'sample by $__interval order by time'

export const profitAndLoss = dashboard({
  uid: 'millrace-profit-and-loss',
  title: 'P&L and drawdown',
  description: 'Equity, gains, fees, exposure and drawdown of each account, and what it holds.',
  variables: [accountVariable()],
  rows: {
    Now: [
      rowNumbers({
        title: 'Equity',
        description: 'Cash and what is held at its marks, in the account’s currency.',
        unit: 'locale',
        decimals: 2,
        width: 8,
        queries: [
          rows(`select account, last(equity::double) as equity ${equity} order by account`),
        ],
      }),
      rowNumbers({
        title: 'Gain',
        description: 'What was made since the account began, as a share of what it began with.',
        unit: 'percentunit',
        decimals: 3,
        width: 8,
        colours: [
          [null, 'red'],
          [0, 'green'],
        ],
        queries: [rows(`select account, last(${share}) as gain ${equity} order by account`)],
      }),
      rowNumbers({
        title: 'Greatest drawdown',
        description: 'How far equity was below its peak, as a share of it. The desk halts at 2 %.',
        unit: 'percentunit',
        decimals: 3,
        width: 8,
        colours: [
          [null, 'green'],
          [0.01, 'orange'],
          [0.02, 'red'],
        ],
        queries: [rows(`select account, max(drawdown) as drawdown ${equity} order by account`)],
      }),
    ],
    Equity: [
      lines({
        title: 'Gain',
        description: 'What was made since the account began, as a share of what it began with.',
        unit: 'percentunit',
        width: 12,
        height: 10,
        name: byLabel('account'),
        queries: [series(`select time, account, last(${share}) as gain ${equity} ${sampled}`)],
      }).axisCenteredZero(true),
      lines({
        title: 'Drawdown',
        description: 'How far equity is below its peak, as a share of it, downwards.',
        unit: 'percentunit',
        width: 12,
        height: 10,
        name: byLabel('account'),
        colours: [
          [null, 'red'],
          [-0.02, 'orange'],
          [-0.01, 'green'],
        ],
        queries: [series(`select time, account, -max(drawdown) as drawdown ${equity} ${sampled}`)],
      }).max(0),
    ],
    'Where it comes from': [
      lines({
        title: 'Realised, unrealised and fees',
        description: 'Of each account, in its currency; fees count down.',
        unit: 'locale',
        width: 12,
        name: `${byLabel('account')} \${__field.name}`,
        queries: [
          series(
            `select time, account, last(realized::double) as realised,
               last(unrealized::double) as unrealised, -last(fees::double) as fees
             ${equity} ${sampled}`,
          ),
        ],
      }),
      lines({
        title: 'Exposure',
        description: 'Notional of all positions without their signs, as a share of equity.',
        unit: 'percentunit',
        width: 12,
        name: byLabel('account'),
        colours: [
          [null, 'green'],
          [0.35, 'red'],
        ],
        queries: [
          series(
            `select time, account, last(exposure::double / equity::double) as exposure
             ${equity} ${sampled}`,
          ),
        ],
      }).min(0),
    ],
    Positions: [
      table({
        title: 'Positions',
        description: 'What each account holds at the end of the time shown.',
        unit: 'locale',
        width: 24,
        queries: [
          rows(
            `select account, symbol, last(quantity::double) as quantity,
               last(entry_price::double) as entry_price, last(mark::double) as mark,
               last(notional::double) as notional, last(unrealized::double) as unrealised,
               last(realized::double) as realised, last(fees::double) as fees
             from positions where $__timeFilter(time) and account in ($account)
             order by account, symbol`,
          ),
        ],
      }),
    ],
  },
})
