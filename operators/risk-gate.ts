// risk-gate: no order passes that would break a limit, and of every decision it keeps the numbers.
import { builtInRecord } from './built-in-record.ts'
import { operator } from './operator.ts'
import { marketKind } from './paper-venue/market-view.ts'
import { checkFeedback, checkInputs } from './risk-gate/check-streams.ts'
import { gateStores } from './risk-gate/entries.ts'
import { makeGate } from './risk-gate/gate.ts'
import { gateConfig } from './risk-gate/gate-config.ts'
import { approvedRecord } from './risk-gate/gate-records.ts'
import { marketFields } from './risk-gate/read-market.ts'

export const riskGate = operator({
  name: 'risk-gate',
  summary: 'Lets orders pass that break no limit; approved and unfilled quantity is exposure too.',
  main: 'approved',
  config: gateConfig,
  fates: ['bad'],
  infer: (inference) => {
    const { step, config, streams } = inference
    if (!checkInputs(inference)) return undefined
    const market = config.market && streams.get(config.market.stream)
    const kind = market && marketKind(market.record)
    const fields = market && kind ? marketFields(market.record, kind, config.price) : []
    // Everything has the task's clock as its time, so none of it is ever late.
    const flow = { key: ['account'], lateness: 0 }
    return {
      outputs: {
        main: { ...flow, record: approvedRecord(step) },
        rejected: { ...flow, record: builtInRecord('risk/Alert') },
        decisions: { ...flow, record: builtInRecord('risk/Decision') },
        alerts: { ...flow, record: builtInRecord('risk/Alert') },
      },
      stores: gateStores(step, config, fields),
      lookback: 0,
    }
  },
  holdFeedback: (feedback) => void checkFeedback(feedback),
  example: `
topology: risk-gate-example
topics:
  marks:
    topic: marks
    schema: market/Quote
    key: symbol
    time: time
    table: latest
    copies: all
    rank: 1
  holdings: { topic: holdings, schema: trading/Holding, key: account, rank: 2 }
  filled: { topic: filled, schema: trading/Order, key: account, rank: 3 }
  wanted: { topic: wanted, schema: trading/Order, key: account, rank: 4 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  gated:
    from: wanted
    risk-gate:
      portfolio: holdings
      orders: filled
      market: marks
      max_market_age: 1s
      price: (market.bid + market.ask) / 2
      max_position: 20%
---
tests:
  - it: counts what it has approved, and rejects what would take a position over 20 % of equity
    feed:
      marks:
        - value: { symbol: BTC, bid: 99, ask: 101, time: 1s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1.5 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1.5 } }
        - { time: 3s, value: { account: a1, symbol: BTC, side: 1, quantity: 0.1 } }
    expect:
      gated:
        - { key: a1, value: { symbol: BTC, quantity: 1.5, price_seen: 100, intent: entry } }
      gated.rejected:
        - value: { reason: max-position, quantity: 1.5, value: 0.3, limit: 0.2 }
        - value: { reason: stale-market, value: 2, limit: 1 }
      gated.decisions:
        - value: { verdict: approved, equity: 1000, open: 0, exposure: 0 }
        - value: { verdict: rejected, open: 1.5, exposure: 150, market_age: 0s }
        - value: { verdict: rejected, reason: stale-market, market_age: 2s }
    held: { gated: 2 }
`,
  step: makeGate,
})
