// size: how much of an instrument an account is to buy or sell, or to hold, by a quantity, a
// fraction of its money, or Kelly's fraction.
import { inferredRecord } from '../topology/inferred-record.ts'
import type { StoreType } from '../topology/signature.ts'
import { versionRecord } from './as-of-table.ts'
import { operator } from './operator.ts'
import { MONEY } from './paper-venue/amounts.ts'
import { checkSize, checkSizeFeedback, sizeConfig } from './sizing/size-config.ts'
import { openState, portfolioStores, takeHolding, takeOrder } from './sizing/size-state.ts'
import { createSizer } from './sizing/sizer.ts'

export const size = operator({
  name: 'size',
  summary: 'Adds how much of an instrument an account is to buy or sell.',
  config: sizeConfig,
  fates: ['bad'],
  infer: (inference) => {
    const { step, config, input } = inference
    if (!checkSize(inference)) return undefined
    const fields = [
      ...input.record.fields,
      { name: 'quantity', type: MONEY, doc: 'In base currency, above 0.' },
      { name: 'price_seen', type: MONEY, doc: 'What a unit was worth when it was sized.' },
    ]
    const table = (word: 'accounts' | 'instruments'): Record<string, StoreType> => {
      const from = inference.streams.get(config[word]?.stream ?? '')
      if (from === undefined) return {}
      return { [word]: { key: from.key, entry: versionRecord(`${step}-${word}`, from.record) } }
    }
    return {
      outputs: { main: { ...input, record: inferredRecord(step, fields) } },
      stores: {
        ...(config.portfolio && portfolioStores(step, config)),
        ...table('accounts'),
        ...table('instruments'),
      },
      lookback: 0,
    }
  },
  holdFeedback: (feedback) => void checkSizeFeedback(feedback),
  example: `
topology: size-example
topics:
  bars: { topic: market.bars, schema: market/Bar, key: symbol, time: time }
  accounts:
    topic: ref.accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
  instruments:
    topic: ref.instruments
    schema: ref/Instrument
    key: symbol
    time: since
    table: latest
    copies: all
  holdings: { topic: desk.holdings, schema: trading/Holding, key: account }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  entry: { from: bars, signal: { buy: close > open } }
  wanted:
    from: entry
    allocate: { among: accounts }
    key: account
  sized:
    from: wanted
    size:
      method: fraction
      fraction: 10%
      portfolio: holdings
      accounts: accounts
      instruments: instruments
---
tests:
  - it: orders a tenth of the equity, down to the lot
    feed:
      accounts:
        - value: { account: a1, cash: 1000, since: 0s }
      instruments:
        - value: { symbol: BTC, lot: 0.01, since: 0s }
      holdings:
        - { time: 2s, value: { account: a1, equity: 2000 } }
      bars:
        - value: { symbol: BTC, open: 90, close: 101, time: 1s }
        - value: { symbol: BTC, open: 90, close: 101, time: 3s }
    expect:
      sized:
        - value: { account: a1, symbol: BTC, side: 1, quantity: 0.99, price_seen: 101 }
        - value: { account: a1, symbol: BTC, side: 1, quantity: 1.98 }
`,
  step: (binding) => {
    const { portfolio, orders, accounts, instruments } = binding.config
    const state = openState(binding)
    const sizeOne = createSizer(binding.config, state)
    return {
      onRecord: ({ key, value, time }, turn, source) => {
        const version = { value, time, available: turn.now }
        if (source === 'main') {
          if (value !== null) sizeOne(turn, value)
        } else if (source === orders?.stream) {
          if (value !== null) takeOrder(state, value)
        } else if (source === accounts?.stream) state.accounts?.put(key, version)
        else if (source === instruments?.stream) state.instruments?.put(key, version)
        else if (source === portfolio?.stream && value !== null) takeHolding(state, value)
      },
    }
  },
})
