// Whether the data can be trusted: checks that records broke, silence, delay, and bars that no
// trade made.
import { byLabel, columns, lines, rowBars, rowNumbers, table } from '../panel.ts'
import { rows, series } from '../query.ts'
import { dashboard, symbolVariable } from './dashboard.ts'

const chosen = '$__timeFilter(time) and symbol in ($symbol)'
// Where a field is called time, the time by which rows stand in the table is beside it.
const beside = chosen.replace('(time)', '(_time)')
const sampled = 'sample by $__interval order by time'

export const dataQuality = dashboard({
  uid: 'millrace-data-quality',
  title: 'data quality',
  description: 'Checks that records broke, silence, delay, and what had to be filled in.',
  variables: [symbolVariable()],
  rows: {
    Now: [
      rowNumbers({
        title: 'Last trade',
        description: 'How old the last trade is at the end of the time shown.',
        unit: 's',
        width: 12,
        colours: [
          [null, 'green'],
          [60, 'orange'],
          [300, 'red'],
        ],
        queries: [rows(age('trades', 'time', chosen))],
      }),
      rowNumbers({
        title: 'Last book',
        description: 'How old the last order book is at the end of the time shown.',
        unit: 's',
        width: 12,
        colours: [
          [null, 'green'],
          [5, 'orange'],
          [60, 'red'],
        ],
        queries: [rows(age('quotes', '_time', beside))],
      }),
    ],
    Checks: [
      rowBars({
        title: 'Checks that records broke',
        description: 'Flags by check: stale, skew, gap and whatever rules the desk has.',
        unit: 'none',
        width: 8,
        queries: [
          rows(`select "check", count() as flags from quality where ${beside} order by flags desc`),
        ],
      }),
      columns({
        title: 'Flags',
        description: 'Flags over time, by check.',
        unit: 'none',
        width: 8,
        name: byLabel('check'),
        queries: [
          series(
            `select _time as time, "check", count() as flags from quality
             where ${beside} ${sampled}`,
          ),
        ],
      }).noValue('none'),
      table({
        title: 'Last flags',
        description: 'What was measured, and the limit. Lengths of time are seconds.',
        unit: 'none',
        width: 8,
        queries: [
          rows(
            `select time, symbol, "check", value, "limit" from quality
             where ${beside} order by time desc limit 100`,
          ),
        ],
      }).noValue('none'),
    ],
    Silence: [
      lines({
        title: 'Longest silence between trades',
        description: 'The longest time from one trade of the instrument to its next.',
        unit: 's',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(
            `select time, symbol, max(time - before) / 1000000.0 as silence
             from (select time, symbol, lag(time) over (partition by symbol order by time) as before
               from trades where ${chosen}) timestamp(time) ${sampled}`,
          ),
        ],
      }),
      columns({
        title: 'Bars without a trade',
        description: 'Bars that were filled in from the one before.',
        unit: 'none',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(
            `select _time as time, symbol, sum(case when count = 0 then 1 else 0 end) as bars
             from bars where ${beside} ${sampled}`,
          ),
        ],
      }),
    ],
    Delay: [
      lines({
        title: 'Delay of trades, mean',
        description:
          'From when a trade was made, by the venue’s clock, to when it was received, by ours. ' +
          'Below 0 our clock is behind.',
        unit: 'ms',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(`select time, symbol, avg((received - time) / 1000.0) as delay
            from trades where ${chosen} ${sampled}`),
        ],
      }),
      lines({
        title: 'Delay of trades, spread',
        description: 'Greatest less least delay: jitter of the way here, whatever the clocks say.',
        unit: 'ms',
        width: 12,
        name: byLabel('symbol'),
        queries: [
          series(`select time, symbol, (max(received - time) - min(received - time)) / 1000.0
            as jitter from trades where ${chosen} ${sampled}`),
        ],
      }),
    ],
  },
})

function age(table: string, time: string, filter: string): string {
  return `select symbol, datediff('s', max(${time}), $__timeTo()) as age
    from ${table} where ${filter} order by symbol`
}
