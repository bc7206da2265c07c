// The gate with what comes back to it for real: a paper venue and a portfolio.
import { testExample } from '../../test/examples.ts'

const DESK = `
topology: desk
topics:
  quotes: { topic: q, schema: market/Quote, key: symbol, time: time, rank: 1 }
  accounts:
    { topic: a, schema: ref/Account, key: account, time: since, table: latest, copies: all }
  control:
    { topic: c, schema: trading/Control, key: account, time: time, table: latest, copies: all }
  wanted: { topic: w, schema: trading/Order, key: account }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  marks:
    from: quotes
    filter: true
    key: broadcast
  gated:
    from: wanted
    risk-gate:
      portfolio: holdings
      orders: filled
      accounts: accounts
      market: marks
      max_market_age: 1h
      control: control
      price: (market.bid + market.ask) / 2
      max_position: 30%
      max_drawdown: { limit: 10% }
      breaker: { losses: 2, within: 1h, pause: 10s }
  filled:
    from: gated
    execute: { market: marks, control: control, fee: 0, latency: 1s, max_market_age: 1h }
  holdings:
    from: filled.fills
    portfolio: { mark: marks, cash: accounts }
---
tests:
`

/** Orders of a1 for BTC: the second, the side, the quantity. */
function orders(...all: readonly (readonly [number, number, number])[]): string {
  return all
    .map(([at, side, quantity]) => {
      const value = `account: a1, symbol: BTC, side: ${side}, quantity: ${quantity}`
      return `- { time: ${at}s, value: { ${value} } }`
    })
    .join('\n        ')
}

/** Quotes for BTC, half a second before the second, so that its orders see them: the middle. */
function quotes(...all: readonly (readonly [number, number])[]): string {
  return all
    .map(([at, mid]) => {
      const time = `${at * 1000 - 500}ms`
      return `- value: { symbol: BTC, bid: ${mid - 1}, ask: ${mid + 1}, time: ${time} }`
    })
    .join('\n        ')
}

const GIVEN = `given:
      accounts:
        - value: { account: a1, cash: 1000, currency: USDT, since: 0s }`

testExample(
  'what the venue fills moves from open orders to the position, and is never counted in neither',
  `${DESK}
  - it: has room for what is left, before and after the fill
    ${GIVEN}
    feed:
      quotes:
        ${quotes([1, 100], [2, 100], [3, 100], [4, 100], [9, 100])}
      wanted:
        ${orders([1, 1, 2], [1, 1, 2], [3, 1, 1.5], [4, -1, 3], [9, 1, 2], [9, 1, 3])}
    expect:
      gated.decisions:
        - value: { reason: null, position: 0, open: 0, exposure: 0, equity: 1000 }
        - value: { reason: max-position, position: 0, open: 2, exposure: 200, value: 0.4 }
        - value: { reason: max-position, position: 2, open: 0, exposure: 200, equity: 998 }
        - value: { reason: null, side: -1, position: 2, open: 0 }
        - value: { reason: null, position: -1, open: 0, exposure: 100, equity: 995 }
        - value: { reason: max-position, position: -1, open: 2, exposure: 100 }
      filled.fills:
        - value: { side: 1, quantity: 2, price: 101 }
        - value: { side: -1, quantity: 3, price: 99 }
        - value: { side: 1, quantity: 2 }
    then: [crash, { advance: 5s }]
`,
)

testExample(
  'flatten leaves an account with nothing, whatever was on its way',
  `${DESK}
  - it: closes what is held and cancels what is open
    ${GIVEN}
    feed:
      quotes:
        ${quotes([1, 100], [3, 100], [5, 100], [8, 100])}
      control:
        - value: { command: flatten, account: '*', time: 4500ms }
      wanted:
        ${orders([1, 1, 2], [4, 1, 0.5], [6, 1, 0.5])}
    then: [crash, { advance: 5s }]
    expect:
      filled.fills:
        - value: { side: 1, quantity: 2 }
        - value: { side: -1, quantity: 2, role: flatten }
      gated:
        - value: { side: 1, intent: entry }
        - value: { side: 1, intent: entry }
        - value: { side: -1, quantity: 2, intent: flatten, price_seen: 100 }
      gated.rejected:
        - { time: 6s, value: { reason: halted } }
      gated.alerts:
        - value: { reason: flattened }
      gated.decisions:
        - value: {}
        - value: { position: 2, open: 0 }
        - value: { position: 2, open: 0.5, verdict: approved }
        - value: { position: 0, open: 0, reason: halted }
`,
)

testExample(
  'losses trip the breaker and the latch as the portfolio counts them',
  `${DESK}
  - it: pauses after two losing round trips, and stops at 10 % of drawdown
    ${GIVEN}
    feed:
      quotes:
        ${quotes([1, 100], [3, 100], [5, 98], [7, 98], [9, 98], [30, 98], [33, 50], [35, 98])}
      wanted:
        ${orders([1, 1, 2], [3, -1, 2], [6, 1, 2], [7, -1, 2], [9, 1, 1], [30, 1, 2], [35, 1, 0.5])}
    then: [crash, { advance: 5s }]
    expect:
      gated.rejected:
        - { time: 9s, value: { reason: breaker } }
        - { time: 35s, value: { reason: max-drawdown } }
      gated.alerts:
        - value: { reason: breaker, value: 2 }
        - value: { reason: max-drawdown, limit: 0.1 }
`,
)

/** With a stop at 95 for what is bought, and reset to no limit but those given. */
function stopped(...limits: readonly string[]): string {
  const own = /max_position: 30%\n.*\n.*\n/
  return DESK.replace(
    own,
    limits
      .map((each) => `      ${each}\n`)
      .join('')
      .trimStart(),
  ).replace(
    '  gated:\n    from: wanted\n',
    "  stopped:\n    from: wanted\n    derive: { stop: 'if(side > 0, 95.0, 1000.0)' }\n" +
      '  gated:\n    from: stopped\n',
  )
}

const STOP_COMES_FIRST = `${GIVEN}
    feed:
      quotes:
        ${quotes([1, 100], [3, 98], [5, 94], [7, 94])}`

testExample(
  'what was approved to close a position opens none after a stop has closed it',
  `${stopped('max_position: 300%', 'max_drawdown: { limit: 1% }')}
  - it: adds nothing to an account whose latch holds
    ${STOP_COMES_FIRST}
      wanted:
        ${orders([1, 1, 5], [4, -1, 5])}
    then: [crash, { advance: 5s }]
    expect:
      gated:
        - value: { side: 1, quantity: 5, opens: 5 }
        - value: { side: -1, quantity: 5, opens: 0 }
      filled.fills:
        - value: { side: 1, quantity: 5, role: entry }
        - value: { side: -1, quantity: 5, role: stop }
`,
)

testExample(
  'an order that turns a position after a stop has closed it stays within the limit',
  `${stopped('max_position: 60%')}
  - it: sells as much as it was to open
    ${STOP_COMES_FIRST}
      wanted:
        ${orders([1, 1, 5], [4, -1, 10])}
    then: [crash, { advance: 5s }]
    expect:
      gated:
        - value: { side: 1, quantity: 5, opens: 5 }
        - value: { side: -1, quantity: 10, opens: 5 }
      filled.fills:
        - value: { side: 1, quantity: 5, role: entry }
        - value: { side: -1, quantity: 5, role: stop }
        - value: { side: -1, quantity: 5, role: entry }
`,
)
