// From intent to order: what was signalled, what the risk gate made of it, and how orders ended.
import { byLabel, columns, rowBars, rowNumbers, table } from '../panel.ts'
import { rows, series } from '../query.ts'
import { accountVariable, dashboard, symbolVariable } from './dashboard.ts'

const market = '$__timeFilter(time) and symbol in ($symbol)'
const desk = `${market} and account in ($account)`

/** The last state of each order: its states are records of one partition, in order. */
const lastOf = (column: string) => `last(${column}) as ${column}`
const ordered = `(select * from orders where ${desk} order by _partition, _offset)`
const lastStates = `(select order_id, ${lastOf('status')} from ${ordered} group by order_id)`

export const signalsAndOrders = dashboard({
  uid: 'millrace-signals-and-orders',
  title: 'signals and orders',
  description: 'Signals, decisions of the risk gate, orders by how they ended, and alerts.',
  variables: [symbolVariable(), accountVariable()],
  rows: {
    Totals: [
      rowNumbers({
        title: 'Signals',
        description: 'Intents to trade, before anybody’s money is looked at.',
        unit: 'none',
        width: 8,
        queries: [
          rows(
            `select case when side > 0 then 'buy' else 'sell' end as side, count() as signals
             from signals where ${market} order by side`,
          ),
        ],
      }),
      rowNumbers({
        title: 'Risk gate',
        description: 'What the risk gate decided about each order that was wanted.',
        unit: 'none',
        width: 8,
        queries: [
          rows(
            `select verdict, count() as decisions from decisions
             where ${desk} order by decisions desc`,
          ),
        ],
      }),
      rowNumbers({
        title: 'Orders',
        description: 'Orders by the state that each has come to last.',
        unit: 'none',
        width: 8,
        queries: [rows(`select status, count() as orders from ${lastStates} order by orders desc`)],
      }),
    ],
    'Over time': [
      columns({
        title: 'Decisions',
        description: 'Decisions of the risk gate by verdict.',
        unit: 'none',
        width: 12,
        name: byLabel('verdict'),
        queries: [
          series(
            `select time, verdict, count() as decisions from decisions
             where ${desk} sample by $__interval order by time`,
          ),
        ],
      }),
      columns({
        title: 'States of orders',
        description: 'Each state that an order comes to counts once.',
        unit: 'none',
        width: 12,
        name: byLabel('status'),
        queries: [
          series(
            `select time, status, count() as orders from orders
             where ${desk} sample by $__interval order by time`,
          ),
        ],
      }),
    ],
    Limits: [
      rowBars({
        title: 'Why orders were rejected or reduced',
        description: 'Decisions by the limit that decided.',
        unit: 'none',
        width: 12,
        queries: [
          rows(
            `select reason, count() as decisions from decisions
             where ${desk} and reason is not null order by decisions desc`,
          ),
        ],
      }),
      table({
        title: 'Alerts',
        description: 'What risk control halted: breakers, drawdowns, commands. Newest first.',
        unit: 'none',
        width: 12,
        queries: [
          rows(
            `select time, account, symbol, reason, value, "limit" from alerts
             where $__timeFilter(time) and account in ($account) order by time desc limit 100`,
          ),
        ],
      }),
    ],
    Orders: [
      table({
        title: 'Orders, newest first',
        description: 'The last state of each order: at most 200.',
        unit: 'none',
        width: 24,
        height: 12,
        queries: [
          rows(
            `select first(time) as time, account, symbol, role, type,
               case when side > 0 then 'buy' else 'sell' end as side,
               last(status) as status, last(quantity::double) as quantity,
               last(price::double) as price, last(filled::double) as filled,
               last(average_price::double) as average_price, last(reason) as reason, order_id
             from ${ordered}
             group by account, symbol, role, type, side, order_id
             order by time desc limit 200`,
          ),
        ],
      }),
    ],
  },
})
