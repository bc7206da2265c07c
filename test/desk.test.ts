// The whole way of a signal to money: what the portfolio tells comes back to what sizes.
import { testExample } from './examples.ts'

testExample(
  'a signal is allocated, sized, judged, filled and counted, and the next is sized by the equity',
  `
topology: desk
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  accounts:
    topic: accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
  notices: { topic: notices, schema: risk/Notice, key: account }
  strategies: { topic: strategies, schema: trading/StrategyPosition, key: [account, symbol] }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  marks: { from: quotes, filter: true, key: broadcast }
  entry:
    from: quotes
    signal:
      buy: orElse(bid_size, 0) == 1
  wanted:
    from: entry
    allocate: { among: accounts, where: symbol in account.symbols }
    key: account
  sized:
    from: wanted
    size:
      method: fraction
      fraction: 50%
      price: ask
      portfolio: holdings
      accounts: accounts
  gated:
    from: sized
    risk-gate: { portfolio: holdings, orders: filled, accounts: accounts, max_position: 300% }
  filled:
    from: gated
    execute: { market: marks, fee: 0 }
  holdings:
    from: filled.fills
    portfolio: { mark: marks, cash: accounts }
    to: { strategies: strategies }
  falling:
    from: holdings
    alert: { when: value > limit, value: drawdown, limit: 10%, reason: drawdown }
    to: notices
---
tests:
  - it: buys half of the cash, then half of the equity
    feed:
      accounts:
        - value: { account: a1, cash: 1000, currency: USDT, symbols: [A], since: 0s }
        - value: { account: a2, cash: 9000, currency: USDT, symbols: [B], since: 0s }
      quotes:
        - value: { symbol: A, bid: 99, ask: 100, bid_size: 1, time: 1s }
        - value: { symbol: A, bid: 119, ask: 121, bid_size: 100, time: 2s }
        - value: { symbol: A, bid: 109, ask: 110, bid_size: 1, time: 3s }
        - value: { symbol: A, bid: 40, ask: 42, bid_size: 100, time: 9s }
    then: [crash, { advance: 1s }]
    expect:
      sized:
        - { key: a1, value: { quantity: 5, price_seen: 100 } }
        - { key: a1, value: { quantity: 4.761363636363636363, price_seen: 110 } }
      holdings.equity:
        - { key: a1, time: 1s, value: { cash: 500, equity: 1000 } }
        - { time: 2s, value: { equity: 1100 } }
        - { time: 3s, value: { equity: 1047.5 } }
        - { time: 3s }
        - { time: 9s }
      notices:
        - { key: a1, time: 9s, value: { reason: drawdown, severity: warning, limit: 0.1 } }
`,
)
