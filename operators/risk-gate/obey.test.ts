import { testExample } from '../../test/examples.ts'
import { gateExample } from './gate-desk.test-data.ts'

/** Orders for one unit at 100: the account, the instrument, the second. */
function orders(...all: readonly (readonly [string, string, number])[]): string {
  return all
    .map(([account, symbol, at]) => {
      const value = `account: ${account}, symbol: ${symbol}, side: 1, quantity: 1, price: 100`
      return `- { time: ${at}s, value: { ${value} } }`
    })
    .join('\n        ')
}

testExample(
  'a halt stops orders until one may go on',
  gateExample(
    'control: control',
    `
  - it: halts and resumes an account, and tells so
    feed:
      control:
        - value: { command: halt, account: a1, time: 2s }
        - value: { command: resume, account: a1, time: 4s }
        - value: { command: resume, account: a9, time: 4s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 1s, value: { account: a2, equity: 1000 } }
      wanted:
        ${orders(['a1', 'BTC', 1], ['a1', 'BTC', 2], ['a2', 'BTC', 3], ['a1', 'BTC', 4])}
    expect:
      gated:
        - { key: a1, time: 1s }
        - { key: a2, time: 3s }
        - { key: a1, time: 4s }
      gated.rejected:
        - { key: a1, time: 2s, value: { reason: halted, value: null, limit: null } }
      gated.alerts:
        - { key: a1, time: 2s, value: { reason: halted, symbol: null, quantity: null } }
        - { key: a1, time: 4s, value: { reason: resumed } }
  - it: halts one instrument of one account
    feed:
      control:
        - value: { command: halt, account: a1, symbol: BTC, time: 2s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 1s, value: { account: a2, equity: 1000 } }
      wanted:
        ${orders(['a1', 'BTC', 2], ['a1', 'ETH', 2], ['a2', 'BTC', 2])}
    expect:
      gated:
        - value: { account: a1, symbol: ETH }
        - value: { account: a2, symbol: BTC }
      gated.alerts:
        - { key: a1, value: { reason: halted, symbol: BTC } }
  - it: halts all accounts, also those that come later, and goes by the last command that speaks
    feed:
      control:
        - value: { command: halt, account: '*', time: 2s }
        - value: { command: resume, account: a2, time: 2s }
        - value: { command: halt, account: '*', symbol: ETH, time: 3s }
        - value: { command: resume, account: '*', time: 4s }
      holdings:
        - { time: 1s, value: { account: a1, equity: 1000 } }
        - { time: 2s, value: { account: a2, equity: 1000 } }
        - { time: 2s, value: { account: a3, equity: 1000 } }
      wanted:
        ${orders(['a1', 'BTC', 2], ['a2', 'BTC', 2], ['a3', 'BTC', 2])}
        ${orders(['a2', 'ETH', 3], ['a2', 'BTC', 3], ['a1', 'ETH', 4], ['a3', 'BTC', 4])}
    expect:
      gated:
        - value: { account: a2, symbol: BTC }
        - value: { account: a2, symbol: BTC }
        - value: { account: a1, symbol: ETH }
        - value: { account: a3, symbol: BTC }
      gated.alerts:
        - { key: a1, time: 2s, value: { reason: halted } }
        - { key: a1, time: 3s, value: { reason: halted, symbol: ETH } }
        - { key: a2, time: 3s, value: { reason: halted, symbol: ETH } }
        - { key: a3, time: 3s, value: { reason: halted, symbol: ETH } }
        - { key: a1, time: 4s }
        - { key: a2, time: 4s }
        - { key: a3, time: 4s }
`,
  ),
)

testExample(
  'flatten closes what is held, past every limit',
  gateExample(
    'control: control\nmarket: marks\nmax_market_age: 1s\nmax_drawdown: { limit: 1% }',
    `
  - it: sends one order for each position, by account and instrument, and halts
    feed:
      marks:
        - value: { symbol: ETH, bid: 9, ask: 11, time: 1s }
      control:
        - value: { command: flatten, account: '*', time: 5s }
        - value: { command: flatten, account: '*', time: 6s }
        - value: { command: resume, account: a1, time: 7s }
      holdings:
        - time: 1s
          value: { account: a2, symbol: BTC, quantity: 3, mark: 70, equity: 1000, drawdown: 0.5 }
        - { time: 1s, value: { account: a1, symbol: ETH, quantity: -2.5, mark: 8, equity: 1000 } }
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: 1, equity: 1000 } }
        - { time: 1s, value: { account: a1, symbol: XRP, quantity: 4, equity: 1000 } }
        - { time: 2s, value: { account: a1, symbol: XRP, quantity: 0, equity: 1000 } }
      wanted:
        ${orders(['a1', 'ETH', 6])}
    expect:
      gated:
        - key: a1
          time: 5s
          value:
            symbol: BTC
            side: -1
            quantity: 1
            intent: flatten
            price_seen: null
            strategy: null
            stop: null
            valid_for: null
        - { key: a1, value: { symbol: ETH, side: 1, quantity: 2.5, price_seen: 10 } }
        - { key: a2, value: { symbol: BTC, side: -1, quantity: 3, price_seen: 70 } }
      gated.decisions:
        - value: { verdict: approved, wanted: 1, position: 1, reason: null }
        - value: { verdict: approved, wanted: 2.5, position: -2.5, market_age: 4s }
        - value: { verdict: approved, wanted: 3, drawdown: 0.5 }
        - value: { verdict: rejected, reason: halted }
      gated.alerts:
        - { key: a2, time: 1s, value: { reason: max-drawdown } }
        - { key: a1, time: 5s, value: { reason: flattened } }
        - { key: a2, time: 5s, value: { reason: flattened } }
        - { key: a1, time: 6s, value: { reason: flattened } }
        - { key: a2, time: 6s, value: { reason: flattened } }
        - { key: a1, time: 7s, value: { reason: resumed } }
  - it: closes one instrument, and no account that it has not seen
    feed:
      control:
        - value: { command: flatten, account: a1, symbol: ETH, time: 5s }
        - value: { command: flatten, account: a9, time: 5s }
      holdings:
        - { time: 1s, value: { account: a1, symbol: ETH, quantity: 2, mark: 8, equity: 1000 } }
        - { time: 1s, value: { account: a1, symbol: BTC, quantity: 1, mark: 8, equity: 1000 } }
    expect:
      gated:
        - value: { symbol: ETH, side: -1, quantity: 2, price_seen: 8 }
      gated.alerts:
        - { key: a1, value: { reason: flattened, symbol: ETH } }
`,
  ),
)

testExample(
  'what closes a position does not count against the order rate',
  gateExample(
    'control: control\nmax_orders: { count: 1, within: 1h }',
    `
  - it: and is not held up by it
    feed:
      control:
        - value: { command: flatten, account: a1, time: 2s }
        - value: { command: resume, account: a1, time: 3s }
        - value: { command: flatten, account: a1, time: 5s }
      holdings:
        - { time: 1s, value: { account: a1, symbol: ETH, quantity: 2, mark: 8, equity: 1000 } }
        - { time: 4s, value: { account: a1, symbol: BTC, quantity: 2, mark: 8, equity: 1000 } }
      wanted:
        ${orders(['a1', 'BTC', 3], ['a1', 'BTC', 4])}
    expect:
      gated:
        - { time: 2s, value: { symbol: ETH, intent: flatten } }
        - { time: 3s, value: { symbol: BTC, intent: entry } }
        - { time: 5s, value: { symbol: BTC, intent: flatten, quantity: 2 } }
      gated.rejected:
        - { time: 4s, value: { reason: max-orders } }
`,
  ),
)
