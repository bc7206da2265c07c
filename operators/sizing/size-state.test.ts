import { testExample } from '../../test/examples.ts'

testExample(
  'what is ordered and not filled counts as held where a position is aimed at',
  `
topology: desk
topics:
  quotes: { topic: q, schema: market/Quote, key: symbol, time: time, rank: 1 }
  accounts:
    { topic: a, schema: ref/Account, key: account, time: since, table: latest, copies: all }
  signals: { topic: s, schema: trading/Signal, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  marks:
    from: quotes
    filter: true
    key: broadcast
  wanted:
    from: signals
    allocate: { among: accounts }
    key: account
  sized:
    from: wanted
    size:
      method: fixed
      quantity: 2
      aim: position
      portfolio: holdings
      orders: filled
      price: 100.0
  filled:
    from: sized
    execute: { market: marks, fee: 0, latency: 1s, max_market_age: 1h }
  holdings:
    from: filled.fills
    portfolio: { mark: marks, cash: accounts }
---
tests:
  - it: does not order twice, and turns what is on its way
    given:
      accounts:
        - value: { account: a1, cash: 1000, currency: USDT, since: 0s }
    feed:
      quotes:
        - value: { symbol: A, bid: 99, ask: 101, time: 0.5s }
      signals:
        - { time: 1s, value: { symbol: A, side: 1 } }
        - { time: 1.5s, value: { symbol: A, side: 1 } }
        - { time: 1.7s, value: { symbol: A, side: -1 } }
        - { time: 3s, value: { symbol: A, side: -1 } }
    then: [crash, { advance: 5s }]
    expect:
      sized:
        - { time: 1s, value: { side: 1, quantity: 2 } }
        - { time: 1.7s, value: { side: -1, quantity: 4 } }
      holdings:
        - value: { quantity: 2 }
        - value: { quantity: -2 }
    held: { sized: 2 }
`,
)
