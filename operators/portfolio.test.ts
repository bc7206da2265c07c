import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { refusalOf } from '../test/refusal-of.ts'
import { portfolio } from './portfolio.ts'

const DESK = `
topology: desk
topics:
  fills: { topic: fills, schema: trading/Fill, key: account }
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  accounts:
    topic: accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  marks: { from: quotes, filter: true, key: broadcast }
  holdings:
    from: fills
    portfolio: { mark: marks, cash: accounts, every: 10s }
`

testExample('it does what its example says', portfolio.example)

/** @param story what is fed and expected, with `feed:` and `expect:` at the left. */
function testDesk(name: string, story: string): void {
  const lines = story.trim().split('\n')
  const tests = ['tests:', `  - it: ${name}`, ...lines.map((line) => `    ${line}`)]
  testExample(`it ${name}`, `${DESK}---\n${tests.join('\n')}\n`)
}

testDesk(
  'keeps the average cost of what it buys and sells, whoever wanted it',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, strategy: x, side: 1, quantity: 1, price: 100 } }
    - { time: 3s, value: { account: a1, symbol: A, strategy: y, side: 1, quantity: 3, price: 120 } }
    - time: 4s
      value: { account: a1, symbol: A, strategy: y, side: -1, quantity: 3, price: 130 }
expect:
  holdings.positions:
    - value: { quantity: 1, entry_price: 100, mark: 100, realized: 0 }
    - value: { quantity: 4, entry_price: 115, mark: 120, unrealized: 20, notional: 480 }
    - value: { quantity: 1, entry_price: 115, mark: 130, unrealized: 15, realized: 45 }
  holdings.strategies:
    - value: { strategy: x, quantity: 1, entry_price: 100, wins: 0 }
    - value: { strategy: y, quantity: 3, entry_price: 120, wins: 0 }
    - value: { strategy: y, quantity: 0, entry_price: null, realized: 30, closed: 30, wins: 1 }
  holdings:
    - value: { strategy: x, closed: null, equity: 1000 }
    - value: { strategy: y, closed: null, equity: 1020 }
    - value: { strategy: y, closed: 30, equity: 1060, cash: 930 }
`,
)

testDesk(
  'turns a position, which gains on what is closed and opens the rest at the new price',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 2, price: 100, fee: 2 } }
    - { time: 3s, value: { account: a1, symbol: A, side: -1, quantity: 3, price: 90, fee: 3 } }
    - { time: 4s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 80, fee: 1 } }
expect:
  holdings:
    - value: { quantity: 2, cash: 798, equity: 998, closed: null }
    - value: { quantity: -1, entry_price: 90, cash: 1065, equity: 975, closed: -24 }
    - value: { quantity: 0, cash: 984, equity: 984, closed: 8, realized: -10, fees: 6 }
`,
)

testDesk(
  'values what is held at the middle of the market, and remembers the highest equity',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 10, price: 50 } }
  quotes:
    - value: { symbol: A, bid: 60, ask: 61, time: 3s }
    - value: { symbol: A, bid: 45, ask: 46, time: 4s }
expect:
  holdings:
    - value: { equity: 1000, peak: 1000, drawdown: 0, exposure: 500 }
    - { time: 3s, value: { mark: 60.5, equity: 1105, peak: 1105, unrealized: 105 } }
    - { time: 4s, value: { mark: 45.5, equity: 955, peak: 1105, exposure: 455 } }
`,
)

testDesk(
  'values nothing anew at a crossed market, one without a side, or one of what nobody holds',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: -1, quantity: 1, price: 50 } }
    - { time: 7s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 40 } }
  quotes:
    - value: { symbol: A, bid: 61, ask: 60, time: 3s }
    - value: { symbol: A, bid: 0, ask: 60, time: 4s }
    - value: { symbol: B, bid: 60, ask: 61, time: 5s }
    - value: { symbol: A, bid: 39, ask: 41, time: 6s }
    - value: { symbol: A, bid: 1, ask: 2, time: 8s }
expect:
  holdings:
    - { time: 2s, value: { mark: 50, equity: 1000 } }
    - { time: 6s, value: { mark: 40, equity: 1010, unrealized: 10, notional: -40 } }
    - { time: 7s, value: { mark: 40, equity: 1010, unrealized: 0 } }
held: { holdings: 2 }
`,
)

testDesk(
  'tells positions and equity of an account together, and because of marks only every so often',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
    - value: { account: a2, cash: 500, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 50 } }
    - { time: 2s, value: { account: a1, symbol: B, side: 1, quantity: 1, price: 20 } }
    - { time: 2s, value: { account: a2, symbol: A, side: 1, quantity: 2, price: 50 } }
  quotes:
    - value: { symbol: A, bid: 59, ask: 61, time: 3s }
    - value: { symbol: B, bid: 29, ask: 31, time: 4s }
    - value: { symbol: A, bid: 69, ask: 71, time: 12999999 }
    - value: { symbol: B, bid: 39, ask: 41, time: 13s }
expect:
  holdings.equity:
    - { time: 2s, value: { account: a1, equity: 1000 } }
    - { time: 2s, value: { account: a1, equity: 1000 } }
    - { time: 2s, value: { account: a2, equity: 500 } }
    - { time: 3s, value: { account: a1, equity: 1010 } }
    - { time: 3s, value: { account: a2, equity: 520 } }
    - { time: 13s, value: { account: a1, equity: 1040 } }
  holdings.positions:
    - { time: 2s, value: { account: a1, symbol: A, mark: 50 } }
    - { time: 2s, value: { account: a1, symbol: B, mark: 20 } }
    - { time: 2s, value: { account: a2, symbol: A, mark: 50 } }
    - { time: 3s, value: { account: a1, symbol: A, mark: 60 } }
    - { time: 3s, value: { account: a1, symbol: B, mark: 20 } }
    - { time: 3s, value: { account: a2, symbol: A, mark: 60 } }
    - { time: 13s, value: { account: a1, symbol: A, mark: 70 } }
    - { time: 13s, value: { account: a1, symbol: B, mark: 40 } }
`,
)

testDesk(
  'counts the cash of an account from 0 until its row comes, for its fills are facts',
  `
feed:
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 50, fee: 1 } }
    - { time: 6s, value: { account: a1, symbol: A, side: -1, quantity: 1, price: 50, fee: 1 } }
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 4s }
    - value: { account: a2, cash: 70, currency: USDT, since: 4s }
    - value: { account: a1, cash: 9000, currency: EUR, since: 5s }
expect:
  holdings:
    - value: { symbol: A, quantity: 1, currency: "", cash: -51, equity: -1, drawdown: 1 }
    - { time: 4s, value: { symbol: null, currency: USDT, cash: 949, equity: 999, peak: 1000 } }
    - value: { symbol: A, quantity: 0, currency: USDT, cash: 998, equity: 998 }
`,
)

testDesk(
  'starts with the row that holds when an account first trades, and no row after it counts',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
    - value: { account: a1, cash: 2000, currency: USDT, since: 2s }
    - value: { account: a1, cash: 3000, currency: USDT, since: 4s }
  fills:
    - { time: 3s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 50 } }
    - { time: 5s, value: { account: a1, symbol: A, side: -1, quantity: 1, price: 60 } }
expect:
  holdings:
    - value: { cash: 1950 }
    - value: { cash: 2010 }
`,
)

testDesk(
  'refuses a fill that is none, and counts it nowhere',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 0, quantity: 1, price: 50 } }
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 0, price: 50 } }
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: -1 } }
    - time: 2s
      value: { account: a1, symbol: A, side: 1, quantity: 10000000000, price: 10000000000 }
    - { time: 3s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 50 } }
expect:
  holdings:
    - value: { quantity: 1, equity: 1000 }
  dead-letters:
    - value: { step: holdings, fate: bad, reason: '"side" is neither 1 nor -1' }
    - value: { reason: '"quantity" is not above 0' }
    - value: { reason: '"price" is below 0' }
    - value: { reason: 'its amounts are beyond what money can be counted in' }
`,
)

function refusal(steps: string): string {
  return refusalOf(`${DESK.slice(0, DESK.indexOf('steps:'))}steps:\n${steps}`)
}

test('it asks for fills by account, marks that have prices, and rows that have cash', () => {
  expect(
    refusal(`
  wrong: { from: fills, filter: true, key: symbol }
  moods: { from: fills, filter: true, key: broadcast }
  marks: { from: quotes, filter: true, key: broadcast }
  holdings:
    from: wrong
    portfolio:
      mark: moods
      cash: marks
`),
  ).toMatchInlineSnapshot(`
    "error[keys-agree]: "portfolio" needs all fills of an account in one task
      topology.yaml:21:5
         |
      21 |     portfolio:
         |     ^^^^^^^^^ add \`key: account\` to the step before

    error[fields-exist]: "moods" has neither bid and ask nor the prices of a bar
      topology.yaml:22:13
         |
      22 |       mark: moods
         |             ^^^^^ name quotes, books or bars

    error[fields-exist]: "marks" has no fields "cash", "currency"
      topology.yaml:23:13
         |
      23 |       cash: marks
         |             ^^^^^
         |
         = it has: symbol, bid, ask, bid_size, ask_size, time, received"
  `)
})

test('it asks for marks that every task has', () => {
  expect(
    refusal(`
  holdings:
    from: fills
    portfolio:
      mark: quotes
      cash: accounts
`),
  ).toMatchInlineSnapshot(`
    "error[keys-agree]: "quotes" comes to some tasks only, and each may need all of it
      topology.yaml:19:13
         |
      19 |       mark: quotes
         |             ^^^^^^ add \`key: broadcast\` to the step before"
  `)
})

test('it asks for fills that say what was paid', () => {
  expect(
    refusal(`
  lean:
    from: fills
    normalize: { account: account, symbol: symbol, side: side, quantity: 1.0, price: price }
  holdings:
    from: lean
    portfolio: { cash: accounts }
`),
  ).toMatchInlineSnapshot(`
    "error[fields-exist]: the input of "portfolio" has no field "fee"
      topology.yaml:21:5
         |
      21 |     portfolio: { cash: accounts }
         |     ^^^^^^^^^
         |
         = it has: account, symbol, side, quantity, price

    error[types-agree]: "quantity" of the input of "portfolio" is double, not decimal
      topology.yaml:21:5
         |
      21 |     portfolio: { cash: accounts }
         |     ^^^^^^^^^ convert it in a step before"
  `)
})

testDesk(
  'closes what strategies hold against each other when a flattening fill leaves nothing',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, strategy: x, side: 1, quantity: 2, price: 100 } }
    - { time: 3s, value: { account: a1, symbol: A, strategy: y, side: -1, quantity: 1, price: 90 } }
    - time: 4s
      value:
        { account: a1, symbol: A, role: flatten, side: -1, quantity: 0.5, price: 110, fee: 0.5 }
    - time: 5s
      value:
        { account: a1, symbol: A, role: flatten, side: -1, quantity: 0.5, price: 120, fee: 0.5 }
expect:
  holdings.strategies:
    - value: { strategy: x, quantity: 2 }
    - value: { strategy: y, quantity: -1 }
    - value: { strategy: x, quantity: 1.5, fees: 0.5, closed: null }
    - value: { strategy: y, quantity: 0, fees: 0.2, closed: -30.2, losses: 1 }
    - value: { strategy: x, quantity: 0, fees: 0.8, closed: 34.2, wins: 1 }
  holdings:
    - value: { quantity: 2, cash: 800 }
    - value: { quantity: 1, cash: 890 }
    - value: { quantity: 0.5, cash: 944.5 }
    - value: { quantity: 1.5, cash: 824.3 }
    - value: { quantity: 0, cash: 1004, equity: 1004, fees: 1, realized: 5 }
`,
)

testDesk(
  'is not valued by a market that an earlier time bears than the one it is valued by',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, currency: USDT, since: 1s }
  fills:
    - { time: 2s, value: { account: a1, symbol: A, side: 1, quantity: 1, price: 100 } }
  quotes:
    - value: { symbol: A, bid: 109, ask: 111, time: 4s }
    - { available: 5s, value: { symbol: A, bid: 49, ask: 51, time: 3s } }
expect:
  holdings:
    - value: { equity: 1000 }
    - { time: 4s, value: { mark: 110, equity: 1010 } }
held: { holdings: 1 }
`,
)
