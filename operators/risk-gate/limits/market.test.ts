import { testExample } from '../../../test/examples.ts'
import { gateExample } from '../gate-desk.test-data.ts'

testExample(
  'nothing is sent into a market that is unknown, old or invalid',
  gateExample(
    `market: marks
max_market_age: 1s
price: (market.bid + market.ask) / 2
max_position: 20%`,
    `
  - it: fails closed
    feed:
      marks:
        - value: { symbol: BTC, bid: 99, ask: 101, time: 1s }
        - value: { symbol: BTC, bid: 101, ask: 101, time: 3s }
        - value: { symbol: BTC, bid: 102, ask: 101, time: 4s }
        - value: { symbol: BTC, bid: 0, ask: 2, time: 5s }
        - value: { symbol: BTC, bid: 49, ask: 51, time: 6s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 0s, value: { account: a1, symbol: BTC, side: 1, quantity: 2 } }
        - { time: 1s, value: { account: a1, symbol: ETH, side: 1, quantity: 2 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 2000001, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 3s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 4s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 5s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 6s, value: { account: a1, symbol: BTC, side: 1, quantity: 3 } }
    expect:
      gated:
        - { time: 2s, value: { price_seen: 100 } }
        - { time: 6s, value: { price_seen: 50 } }
      gated.decisions:
        - value: { reason: no-equity, market_age: null }
        - value: { reason: no-price, price: null }
        - value: { reason: null, market_age: 1s }
        - value: { reason: stale-market, market_age: 1000001us, value: 1.000001 }
        - value: { reason: invalid-market, market_age: 0s }
        - value: { reason: invalid-market }
        - value: { reason: invalid-market }
        - value: { reason: null, exposure: 50 }
`,
  ),
)

testExample(
  'a price may be missing and a market too',
  gateExample(
    'market: marks',
    `
  - it: gives the price as the reason first
    feed:
      marks:
        - value: { symbol: BTC, bid: 99, ask: 101, time: 1s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: ETH, side: 1, quantity: 2, price: 5 } }
        - { time: 9s, value: { account: a1, symbol: BTC, side: 1, quantity: 2 } }
        - { time: 9s, value: { account: a1, symbol: BTC, side: 1, quantity: 2, price: 5 } }
    expect:
      gated: [{ value: { price_seen: 5 } }]
      gated.rejected:
        - value: { reason: stale-market, value: null, limit: null }
        - value: { reason: no-price }
`,
  ),
)

testExample(
  'the cash of an account is its equity until the portfolio has spoken',
  gateExample(
    'accounts: accounts\nmax_position: 10%',
    `
  - it: is not known without either
    feed:
      accounts:
        - value: { account: a1, cash: 1000, since: 1s }
        - value: { account: a1, cash: 9000, since: 3s }
      holdings:
        - { time: 2s, value: { account: a1, equity: 500 } }
      wanted:
        - { time: 0s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 50 } }
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 3s, value: { account: a1, symbol: ETH, side: 1, quantity: 1, price: 51 } }
        - { time: 3s, value: { account: a2, symbol: ETH, side: 1, quantity: 1, price: 51 } }
    expect:
      gated: [{ time: 1s }]
      gated.rejected:
        - { time: 0s, value: { account: a1, reason: no-equity } }
        - { time: 3s, value: { account: a1, reason: max-position } }
        - { time: 3s, value: { account: a2, reason: no-equity } }
`,
  ),
)

testExample(
  'a bar is a market too, and a signal may be acted on for as long as it says',
  `
topology: bars
topics:
  bars:
    { topic: b, schema: market/Bar, key: symbol, time: time, table: latest, copies: all, rank: 1 }
  holdings: { topic: holdings, schema: trading/Holding, key: account, rank: 2 }
  filled: { topic: filled, schema: trading/Order, key: account, rank: 3 }
  wanted: { topic: wanted, schema: trading/Order, key: account, delay: 1s, rank: 4 }
fate: { bad: dead-letter, late: fail, duplicate: fail }
steps:
  brief:
    from: wanted
    derive:
      valid_for: if(symbol == 'ETH', 999ms, 1s)
      stop: 90.5
  gated:
    from: brief
    risk-gate:
      portfolio: holdings
      orders: filled
      market: bars
      price: market.close
---
tests:
  - it: measures from the event time of what drives it
    feed:
      bars:
        - value: { symbol: BTC, open: 1, high: 9, low: 1, close: 7, time: 1s }
        - value: { symbol: ETH, open: 1, high: 9, low: 1, close: 7, time: 1s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 2s, value: { account: a1, symbol: ETH, side: 1, quantity: 1 } }
    expect:
      gated:
        - time: 3s
          value:
            symbol: BTC
            price_seen: 7
            stop: 90.5
            target: null
            confidence: null
            valid_for: 1s
            strategy: null
      gated.rejected:
        - { time: 3s, value: { symbol: ETH, reason: too-late, value: 0.001, limit: 0 } }
`,
)

testExample(
  'a market that comes late is not taken for the present one',
  gateExample(
    'market: marks\nmax_market_age: 1s\nprice: market.ask',
    `
  - it: values by the later one, and knows how old it is
    feed:
      marks:
        - value: { symbol: BTC, bid: 99, ask: 101, time: 2s }
        - { available: 3s, value: { symbol: BTC, bid: 9, ask: 11, time: 1s } }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - { time: 3s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
        - { time: 3.5s, value: { account: a1, symbol: BTC, side: 1, quantity: 1 } }
    expect:
      gated.decisions:
        - value: { reason: null, price: 101, market_age: 1s }
        - value: { reason: stale-market, market_age: 1500ms }
    held: { gated: 2 }
`,
  ),
)
