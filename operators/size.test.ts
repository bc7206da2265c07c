import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { refusalOf } from '../test/refusal-of.ts'
import { size } from './size.ts'

testExample('it does what its example says', size.example)

/** Every quote whose bid is above 0 is a signal: to buy, or to sell where the ask is below 1. */
const DESK = `
topology: t
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  accounts:
    topic: accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
  instruments:
    topic: instruments
    schema: ref/Instrument
    key: symbol
    time: since
    table: history
    copies: all
  holdings: { topic: holdings, schema: trading/Holding, key: account }
  positions: { topic: positions, schema: risk/Alert, key: account }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  entry: { from: quotes, signal: { buy: ask >= 1, sell: ask < 1 } }
  wanted: { from: entry, allocate: { among: accounts }, key: account }
  sized:
    from: wanted
`

function withSize(config: string): string {
  return `${DESK}    size: { price: bid, ${config} }`
}

function testSize(name: string, config: string, story: string): void {
  const lines = story.trim().split('\n')
  const tests = ['tests:', `  - it: ${name}`, ...lines.map((line) => `    ${line}`)]
  testExample(`it ${name}`, `${withSize(config)}\n---\n${tests.join('\n')}\n`)
}

testSize(
  'orders a fixed quantity',
  'method: fixed, quantity: 0.25',
  `
feed:
  accounts: [{ value: { account: a1, since: 0s } }]
  quotes:
    - value: { symbol: A, bid: 100.1, ask: 101, time: 1s }
    - value: { symbol: A, bid: 100.1, ask: 0.5, time: 2s }
expect:
  sized:
    - value: { account: a1, side: 1, quantity: 0.25, price_seen: 100.1 }
    - value: { account: a1, side: -1, quantity: 0.25 }
`,
)

testSize(
  'takes a fraction of the cash until the portfolio speaks, then of the equity',
  'method: fraction, fraction: 10%, portfolio: holdings, accounts: accounts',
  `
feed:
  accounts:
    - value: { account: a1, cash: 1000, since: 0s }
    - value: { account: a2, cash: 0, since: 0s }
  holdings:
    - { time: 2s, value: { account: a1, cash: 100, equity: 3000 } }
    - { time: 4s, value: { account: a1, cash: 100, equity: -1 } }
  quotes:
    - value: { symbol: A, bid: 50, ask: 51, time: 1s }
    - value: { symbol: A, bid: 50, ask: 51, time: 3s }
    - value: { symbol: A, bid: 50, ask: 51, time: 5s }
expect:
  sized:
    - value: { account: a1, quantity: 2 }
    - value: { account: a1, quantity: 6 }
held: { sized: 4 }
`,
)

testSize(
  'takes a fraction of the cash where it is told so, and multiplies as it is told',
  `method: fraction, of: cash, fraction: 10%, times: "ask - bid",
      portfolio: holdings, accounts: accounts`,
  `
feed:
  accounts: [{ value: { account: a1, cash: 1000, since: 0s } }]
  holdings:
    - { time: 2s, value: { account: a1, cash: 100, equity: 3000 } }
  quotes:
    - value: { symbol: A, bid: 50, ask: 50.5, time: 1s }
    - value: { symbol: A, bid: 50, ask: 52, time: 3s }
    - value: { symbol: A, bid: 50, ask: 50, time: 4s }
    - value: { symbol: A, bid: 50, ask: 49, time: 5s }
expect:
  sized:
    - value: { quantity: 1 }
    - value: { quantity: 0.4 }
held: { sized: 1 }
fates: { sized: { bad: 1 } }
`,
)

const KELLY = 'method: kelly, prior: { win: 60%, payoff: 1, weight: 10 }'

testSize(
  'stakes what the prior says before there are round trips, 60 % less 40 % of 1000',
  `${KELLY}, portfolio: holdings, accounts: accounts`,
  `
feed:
  accounts: [{ value: { account: a1, cash: 1000, since: 0s } }]
  quotes: [{ value: { symbol: A, bid: 100, ask: 101, time: 1s } }]
expect:
  sized:
    - value: { quantity: 2 }
`,
)

testSize(
  'stakes nothing without an edge, and less than none is none though there is a least',
  `${KELLY}, min: 10%, portfolio: holdings, accounts: accounts`,
  `
feed:
  accounts: [{ value: { account: a1, cash: 1000, since: 0s } }]
  holdings:
    - { time: 1s, value: { account: a1, symbol: A, equity: 1000, closed: -10 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: -10 } }
  quotes:
    - value: { symbol: A, bid: 100, ask: 101, time: 2s }
    - value: { symbol: A, bid: 100, ask: 101, time: 4s }
expect:
  sized:
    - value: { quantity: 1 }
held: { sized: 1 }
`,
)

testSize(
  'stakes more as it wins, by strategy, up to its most, in part of what Kelly says',
  `${KELLY}, scale: 0.5, max: 30%, portfolio: holdings, accounts: accounts`,
  `
feed:
  accounts: [{ value: { account: a1, cash: 1000, since: 0s } }]
  holdings:
    - { time: 1s, value: { account: a1, symbol: A, strategy: x, equity: 1000, closed: 99 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
    - { time: 3s, value: { account: a1, symbol: A, equity: 1000, closed: 20 } }
  quotes:
    - value: { symbol: A, bid: 100, ask: 101, time: 2s }
    - value: { symbol: A, bid: 100, ask: 101, time: 4s }
expect:
  sized:
    - value: { quantity: 1 }
    - value: { quantity: 3 }
`,
)

testSize(
  'orders whole lots of what the table of instruments knows, and no less than its least',
  'method: fixed, quantity: "bid / 100", instruments: instruments',
  `
feed:
  accounts: [{ value: { account: a1, since: 0s } }]
  instruments:
    - value: { symbol: A, lot: 0.1, min_quantity: 0.2, since: 0s }
    - value: { symbol: B, lot: 0.1, min_notional: 10, since: 0s }
  quotes:
    - value: { symbol: A, bid: 129, ask: 130, time: 1s }
    - value: { symbol: A, bid: 9, ask: 10, time: 2s }
    - value: { symbol: A, bid: 19, ask: 20, time: 3s }
    - value: { symbol: B, bid: 31, ask: 32, time: 4s }
    - value: { symbol: B, bid: 39, ask: 40, time: 5s }
    - value: { symbol: C, bid: 129, ask: 130, time: 6s }
expect:
  sized:
    - value: { symbol: A, quantity: 1.2 }
    - value: { symbol: B, quantity: 0.3, price_seen: 39 }
held: { sized: 4 }
`,
)

testSize(
  'aims at a position, orders the difference, turns the side, and is content when it is there',
  'method: fixed, quantity: 3, aim: position, portfolio: holdings',
  `
feed:
  accounts: [{ value: { account: a1, since: 0s } }]
  holdings:
    - { time: 2s, value: { account: a1, symbol: A, quantity: 1 } }
    - { time: 4s, value: { account: a1, symbol: A, quantity: 5 } }
    - { time: 7s, value: { account: a1, symbol: A, quantity: -3 } }
    - { time: 9s, value: { account: a1, symbol: A, quantity: 0 } }
  quotes:
    - value: { symbol: A, bid: 100, ask: 101, time: 1s }
    - value: { symbol: A, bid: 100, ask: 101, time: 3s }
    - value: { symbol: A, bid: 100, ask: 101, time: 5s }
    - value: { symbol: A, bid: 100, ask: 0.5, time: 6s }
    - value: { symbol: A, bid: 100, ask: 0.5, time: 8s }
    - value: { symbol: A, bid: 100, ask: 0.5, time: 10s }
expect:
  sized:
    - value: { side: 1, quantity: 3 }
    - value: { side: 1, quantity: 2 }
    - value: { side: -1, quantity: 2 }
    - value: { side: -1, quantity: 8 }
    - value: { side: -1, quantity: 3 }
held: { sized: 1 }
`,
)

testSize(
  'closes what it holds when Kelly sees no edge any more',
  `${KELLY}, aim: position, portfolio: holdings, accounts: accounts`,
  `
feed:
  accounts: [{ value: { account: a1, cash: 1000, since: 0s } }]
  holdings:
    - { time: 1s, value: { account: a1, symbol: A, quantity: 4, equity: 1000, closed: -1 } }
    - { time: 1s, value: { account: a1, symbol: A, quantity: 4, equity: 1000, closed: -1 } }
  quotes:
    - value: { symbol: A, bid: 100, ask: 101, time: 2s }
then: [crash]
expect:
  sized:
    - value: { side: -1, quantity: 4 }
`,
)

testSize(
  'takes no price that is none',
  'method: fixed, quantity: 1',
  `
feed:
  accounts: [{ value: { account: a1, since: 0s } }]
  quotes:
    - value: { symbol: A, bid: 0, ask: 101, time: 1s }
    - value: { symbol: A, bid: 1, ask: 101, time: 2s }
expect:
  sized:
    - value: { quantity: 1, price_seen: 1 }
  dead-letters:
    - value: { step: sized, fate: bad, reason: the price is not above 0 }
`,
)

function refusal(...config: readonly string[]): string {
  const lines = config.map((line) => `      ${line}`).join('\n')
  return refusalOf(`${DESK}    size:\n      price: bid\n${lines}\n`)
}

test('it asks for what its method needs, and refuses what another one would', () => {
  expect(refusal('method: kelly', 'fraction: 10%')).toMatchInlineSnapshot(`
    "error[config-complete]: "size" needs "accounts": their cash counts before the first fill
      topology.yaml:29:15
         |
      29 |       method: kelly
         |               ^^^^^ add "accounts:"

    error[config-complete]: "size" needs "portfolio": it tells the equity
      topology.yaml:29:15
         |
      29 |       method: kelly
         |               ^^^^^ add "portfolio:"

    error[config-complete]: "size" needs "prior": there are no round trips at first
      topology.yaml:29:15
         |
      29 |       method: kelly
         |               ^^^^^ add "prior:"

    error[config-known]: "fraction" says nothing to the method "kelly"
      topology.yaml:30:17
         |
      30 |       fraction: 10%
         |                 ^^^ remove it, or use fraction"
  `)
  expect(refusal('method: fixed', 'min: 2%', 'aim: position')).toMatchInlineSnapshot(`
    "error[config-complete]: "size" needs "portfolio": it tells the positions
      topology.yaml:29:15
         |
      29 |       method: fixed
         |               ^^^^^ add "portfolio:"

    error[config-complete]: "size" needs "quantity": it is what "fixed" orders
      topology.yaml:29:15
         |
      29 |       method: fixed
         |               ^^^^^ add "quantity:"

    error[config-known]: "min" says nothing to the method "fixed"
      topology.yaml:30:12
         |
      30 |       min: 2%
         |            ^^ remove it, or use fraction or kelly"
  `)
})

test('it refuses bounds that exclude each other, and a portfolio that is none', () => {
  const money = ['accounts: accounts', 'method: fraction', 'fraction: 1%']
  expect(refusal(...money, 'portfolio: holdings', 'min: 3%', 'max: 2%')).toMatchInlineSnapshot(`
    "error[config-typed]: "min" is above "max"
      topology.yaml:33:12
         |
      33 |       min: 3%
         |            ^^ swap them"
  `)
  expect(refusal(...money, 'portfolio: positions')).toMatchInlineSnapshot(`
    "error[fields-exist]: "positions" has no fields "strategy", "closed", "cash", "equity"
      topology.yaml:32:18
         |
      32 |       portfolio: positions
         |                  ^^^^^^^^^
         |
         = it has: account, symbol, reason, side, quantity, value, limit, order_id

    error[types-agree]: "quantity" of "positions" is decimal(38,18)?, not decimal
      topology.yaml:32:18
         |
      32 |       portfolio: positions
         |                  ^^^^^^^^^ convert it in a step before"
  `)
  expect(refusal(...money, 'portfolio: accounts')).toContain('"accounts" has no fields')
})

test('it asks for the orders of an account in one task, and for a price', () => {
  const text = `${DESK}    size: { method: fixed, quantity: 1 }\n`
  expect(refusalOf(text.replace('allocate: { among: accounts }, key: account', 'filter: true')))
    .toMatchInlineSnapshot(`
      "error[config-complete]: "size" has no price: the input has no number "close"
        topology.yaml:27:5
           |
        27 |     size: { method: fixed, quantity: 1 }
           |     ^^^^ add \`price:\`

      error[keys-agree]: "size" needs all orders of an account in one task
        topology.yaml:27:5
           |
        27 |     size: { method: fixed, quantity: 1 }
           |     ^^^^ add \`key: account\` to the step before"
    `)
})
