import { testExample } from '../../test/examples.ts'
import { gateExample } from './gate-desk.test-data.ts'

testExample(
  'a drawdown at its limit stops what adds risk, until a reset',
  gateExample(
    'max_drawdown: { limit: 15% }\ncontrol: control',
    `
  - it: tells it once, holds though equity recovers, and lets positions be reduced
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000, drawdown: 0.149 } }
        - time: 2s
          value: { account: a1, symbol: BTC, quantity: 2, mark: 100, equity: 850, drawdown: 0.15 }
        - { time: 3s, value: { account: a1, equity: 840, drawdown: 0.16 } }
        - { time: 4s, value: { account: a1, equity: 1000, drawdown: 0 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 4s, value: { account: a1, symbol: ETH, side: -1, quantity: 1, price: 100 } }
        - { time: 4s, value: { account: a1, symbol: BTC, side: -1, quantity: 1, price: 100 } }
        - { time: 4s, value: { account: a1, symbol: BTC, side: -1, quantity: 2, price: 100 } }
    expect:
      gated:
        - { time: 1s }
        - { time: 4s, value: { symbol: BTC, side: -1, quantity: 1 } }
      gated.rejected:
        - { time: 2s, value: { reason: max-drawdown, value: 0.15, limit: 0.15 } }
        - { time: 4s, value: { symbol: ETH, reason: max-drawdown, value: 0 } }
        - { time: 4s, value: { symbol: BTC, side: -1, quantity: 2, reason: max-drawdown } }
      gated.alerts:
        - time: 2s
          value: { account: a1, symbol: null, reason: max-drawdown, value: 0.15, limit: 0.15 }
    held: { gated: 3 }
  - it: measures from the highest equity since the reset, and holds again when that much is lost
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 500, drawdown: 0.5 } }
        - { time: 3s, value: { account: a1, equity: 430, drawdown: 0.57 } }
        - { time: 4s, value: { account: a1, equity: 600, drawdown: 0.4 } }
        - { time: 5s, value: { account: a1, equity: 511, drawdown: 0.489 } }
        - { time: 6s, value: { account: a1, equity: 510, drawdown: 0.49 } }
      control:
        - value: { command: reset, account: a1, time: 2s, by: risk desk }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 3s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 5s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 6s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
    expect:
      gated:
        - { time: 2s }
        - { time: 3s }
        - { time: 5s }
      gated.decisions:
        - { time: 1s, value: { drawdown: 0.5, verdict: rejected } }
        - { time: 2s, value: { drawdown: 0 } }
        - { time: 3s, value: { drawdown: 0.14 } }
        - { time: 5s, value: { drawdown: 0.148333333333 } }
        - { time: 6s, value: { drawdown: 0.15, verdict: rejected } }
      gated.alerts:
        - { time: 1s, value: { reason: max-drawdown } }
        - { time: 2s, value: { reason: reset } }
        - { time: 6s, value: { reason: max-drawdown } }
`,
  ),
)

testExample(
  'without a latch a drawdown stops orders while it lasts',
  gateExample(
    'max_drawdown: { limit: 15%, latch: none }',
    `
  - it: lets orders pass again when it is below the limit
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 800, drawdown: 0.2 } }
        - { time: 2s, value: { account: a1, equity: 860, drawdown: 0.14 } }
      wanted:
        - { time: 1s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
        - { time: 2s, value: { account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 } }
    expect:
      gated:
        - { time: 2s }
      gated.alerts:
        - { time: 1s, value: { reason: max-drawdown } }
`,
  ),
)

/** Round trips of a1 that gain `closed`, one a second from 1 s on. */
function trips(...closed: readonly number[]): string {
  return closed
    .map(
      (gain, i) => `- { time: ${i + 1}s, value: { account: a1, equity: 1000, closed: ${gain} } }`,
    )
    .join('\n        ')
}

/** Orders of a1 at these seconds. */
function orders(...seconds: readonly number[]): string {
  const value = '{ account: a1, symbol: BTC, side: 1, quantity: 1, price: 100 }'
  return seconds.map((at) => `- { time: ${at}s, value: ${value} }`).join('\n        ')
}

testExample(
  'losses that follow each other stop what adds risk for a while',
  gateExample(
    'breaker: { losses: 3, within: 10s, pause: 5s }\ncontrol: control',
    `
  - it: counts losses in a row only, and goes on when the pause is over
    feed:
      holdings:
        ${trips(-1, -1, 1, -1, -1, -1)}
      wanted:
        ${orders(2, 5, 6, 10, 11)}
    expect:
      gated: [{ time: 2s }, { time: 5s }, { time: 11s }]
      gated.rejected:
        - { time: 6s, value: { reason: breaker, value: 5 } }
        - { time: 10s, value: { reason: breaker, value: 1 } }
      gated.decisions:
        - { time: 2s, value: { losses: 2 } }
        - { time: 5s, value: { losses: 2 } }
        - { time: 6s, value: { losses: 0 } }
        - { time: 10s }
        - { time: 11s }
      gated.alerts:
        - { time: 6s, value: { account: a1, reason: breaker, value: 3, limit: 3 } }
  - it: lets losses be that lie further apart
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000, closed: -1 } }
        - { time: 5s, value: { account: a1, equity: 1000, closed: -1 } }
        - { time: 11000001, value: { account: a1, equity: 1000, closed: -1 } }
        - { time: 15s, value: { account: a1, equity: 1000, closed: -1 } }
      wanted:
        ${orders(12, 15, 16)}
    expect:
      gated: [{ time: 12s }]
      gated.decisions:
        - { value: { losses: 2 } }
        - { value: { reason: breaker } }
        - { value: { reason: breaker } }
      gated.alerts: [{ time: 15s }]
  - it: ends at a reset, and takes as many losses again
    feed:
      holdings:
        ${trips(-1, -1, -1, -1, -1, 0)}
      control:
        - value: { command: reset, account: '*', time: 4s }
      wanted:
        ${orders(3, 4, 5, 6)}
    expect:
      gated: [{ time: 4s }, { time: 5s }, { time: 6s }]
      gated.rejected: [{ time: 3s }]
      gated.alerts:
        - { time: 3s, value: { reason: breaker } }
        - { time: 4s, value: { account: a1, reason: reset } }
`,
  ),
)

testExample(
  'the cash of an account is that of its latest row, whatever comes late, until it is deleted',
  gateExample(
    'accounts: accounts\nmax_position: 100%',
    `
  - it: measures the order by it
    feed:
      accounts:
        - value: { account: a1, cash: 100, since: 2s }
        - { available: 3s, value: { account: a1, cash: 900, since: 1s } }
        - { key: a1, time: 5s, value: null }
        - { available: 6s, value: { account: a1, cash: 900, since: 1s } }
      wanted:
        - { time: 4s, value: { account: a1, symbol: A, side: 1, quantity: 2, price: 100 } }
        - { time: 7s, value: { account: a1, symbol: A, side: 1, quantity: 2, price: 100 } }
    expect:
      gated.decisions:
        - value: { reason: max-position, equity: 100 }
        - value: { reason: no-equity, equity: null }
`,
  ),
)

testExample(
  'what is worth more than can be written reserves nothing',
  gateExample(
    '',
    `
  - it: is bad, and the next order finds nothing open
    feed:
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
      wanted:
        - time: 2s
          value:
            { account: a1, symbol: A, side: 1, quantity: 100000000000000000, price: 100000 }
        - { time: 3s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 100 } }
    expect:
      gated.decisions:
        - value: { verdict: approved, open: 0, exposure: 0 }
    fates: { gated: { bad: 1 } }
`,
  ),
)
