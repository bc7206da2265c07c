// portfolio: counts what accounts hold, have gained and are worth, from their fills and the marks
// of the market.
import { type ConfigOf, duration, stream, struct } from '../topology/config.ts'
import type { Inference } from '../topology/signature.ts'
import { tableOfLast } from './as-of-table.ts'
import { builtInRecord } from './built-in-record.ts'
import { portfolioStores } from './ledger/entries.ts'
import { openLedger } from './ledger/ledger.ts'
import {
  DECIMAL,
  holdAccountKey,
  holdFields,
  holdMarket,
  holdTextKey,
  type NeededField,
  TEXT,
  WHOLE,
} from './needed-fields.ts'
import { operator } from './operator.ts'
import { marketKind } from './paper-venue/market-view.ts'

const config = struct({
  mark: stream({
    summary: 'Quotes, books or bars for every task, at which positions are valued.',
    optional: true,
  }),
  cash: stream({ summary: 'Table of accounts: `cash` at the start and its `currency`.' }),
  every: duration({
    summary: 'How often, by the clock, marks lead to positions and equity at most.',
    default: 1_000_000,
  }),
})

type Config = ConfigOf<typeof config>

export const portfolio = operator({
  name: 'portfolio',
  summary: 'Counts positions, gains, fees, cash, equity and drawdown from fills and marks.',
  config,
  fates: ['bad'],
  infer: (inference) => {
    const { step, config: settings, input, streams } = inference
    const cash = streams.get(settings.cash.stream)
    if (cash === undefined || !isSound(inference)) return undefined
    const { lateness } = input
    const of = (name: string) => ({ record: builtInRecord(name), key: ['account'], lateness })
    return {
      outputs: {
        main: of('trading/Holding'),
        positions: of('trading/Position'),
        strategies: of('trading/StrategyPosition'),
        equity: of('trading/Equity'),
      },
      stores: portfolioStores(step, cash),
      lookback: 0,
    }
  },
  example: `
topology: portfolio-example
topics:
  fills: { topic: trading.fills, schema: trading/Fill, key: account }
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
  accounts:
    topic: ref.accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  marks:
    from: quotes
    filter: true
    key: broadcast
  holdings:
    from: fills
    portfolio: { mark: marks, cash: accounts }
---
tests:
  - it: counts what a round trip gains, net of its fees
    feed:
      accounts:
        - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
      fills:
        - time: 2s
          value: { account: a1, symbol: BTC, side: 1, quantity: 2, price: 100, fee: 1 }
        - time: 4s
          value: { account: a1, symbol: BTC, side: -1, quantity: 2, price: 110, fee: 1 }
      quotes:
        - value: { symbol: BTC, bid: 104, ask: 106, time: 3s }
    expect:
      holdings:
        - value: { symbol: BTC, quantity: 2, cash: 799, equity: 999, closed: null }
        - value: { mark: 105, cash: 799, equity: 1009, unrealized: 10 }
        - value: { quantity: 0, cash: 1018, equity: 1018, realized: 20, closed: 18 }
      holdings.equity:
        - value: { cash: 799, equity: 999, drawdown: 0.001 }
        - value: { equity: 1009, peak: 1009, exposure: 210 }
        - value: { equity: 1018, fees: 2, exposure: 0 }
`,
  step: ({ config: { mark, cash, every }, streams, store, map }) => {
    const marks = mark && streams.get(mark.stream)
    const ledger = openLedger({
      accounts: store('accounts'),
      held: map('held'),
      parts: map('parts'),
      holders: map('holders'),
      rows: tableOfLast(store('rows'), { maxAge: Number.POSITIVE_INFINITY, holds: true }),
      every,
      market: marks && marketKind(marks.record),
    })
    return {
      onRecord: ({ key, value, time }, turn, source) => {
        if (source === 'main') {
          if (value !== null) ledger.fill(turn, value)
        } else {
          // A stream may be both.
          if (source === cash.stream) ledger.row(turn, key, { value, time, available: turn.now })
          if (source === mark?.stream && value !== null)
            ledger.mark(turn, { symbol: key, value, time })
        }
      },
    }
  },
})

const FILL: readonly NeededField[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT },
  { name: 'side', kinds: WHOLE },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'price', kinds: DECIMAL },
  { name: 'fee', kinds: DECIMAL },
  { name: 'strategy', kinds: TEXT, orNull: true, orNone: true },
]

const ROW: readonly NeededField[] = [
  { name: 'cash', kinds: DECIMAL },
  { name: 'currency', kinds: TEXT },
]

function isSound(inference: Inference<Config>): boolean {
  const { config: settings, input, streams, span, spanOf, report } = inference
  const sound = [
    holdAccountKey(inference, 'portfolio', 'fills'),
    holdFields({ what: 'the input of "portfolio"', record: input.record, span, report }, FILL),
  ]
  for (const word of ['cash', 'mark'] as const) {
    const id = settings[word]?.stream
    const found = id === undefined ? undefined : streams.get(id)
    if (id === undefined || found === undefined) continue
    const holder = { what: `"${id}"`, record: found.record, span: spanOf(word), report }
    sound.push(holdTextKey(holder, found))
    if (word === 'cash') sound.push(holdFields(holder, ROW))
    else sound.push(holdMarket(holder, found))
  }
  return !sound.includes(false)
}
