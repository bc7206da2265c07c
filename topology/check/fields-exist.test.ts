import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it looks for the fields of topics in their schemas', () => {
  expectChecked(
    `
topology: t
topics:
  trades:
    topic: market.trades
    schema: market/Trade
    key: [symbol, venue]
    time: tiem
    available: recieved
steps:
  a: { from: trades, add: { y: pirce } }
`,
    `
error[fields-exist]: schema market/Trade has no field "venue"
  topology.yaml:6:19
    |
  6 |     key: [symbol, venue]
    |                   ^^^^^
    |
    = schema market/Trade has: symbol, price, size, time

error[fields-exist]: schema market/Trade has no field "tiem"
  topology.yaml:7:11
    |
  7 |     time: tiem
    |           ^^^^ did you mean "time"?
    |
    = schema market/Trade has: symbol, price, size, time

error[fields-exist]: schema market/Trade has no field "recieved"
  topology.yaml:8:16
    |
  8 |     available: recieved
    |                ^^^^^^^^
    |
    = schema market/Trade has: symbol, price, size, time
`,
  )
})

test('it looks for fields in configs, keys and expressions', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: 1s, of: pirce } }
  b: { from: trades, pass: , key: symbl }
  c: { from: trades, keep: pirce > 0 }
`,
    `
error[fields-exist]: stream "trades" has no field "pirce"
  topology.yaml:3:47
    |
  3 |   a: { from: trades, gather: { every: 1s, of: pirce } }
    |                                               ^^^^^ did you mean "price"?
    |
    = stream "trades" has: symbol, price, size, time

error[fields-exist]: step "b" has no field "symbl"
  topology.yaml:4:35
    |
  4 |   b: { from: trades, pass: , key: symbl }
    |                                   ^^^^^ did you mean "symbol"?
    |
    = step "b" has: symbol, price, size, time

error[fields-exist]: stream "trades" has no field "pirce"
  topology.yaml:5:28
    |
  5 |   c: { from: trades, keep: pirce > 0 }
    |                            ^^^^^ did you mean "price"?
    |
    = stream "trades" has: symbol, price, size, time
`,
  )
})

test('it looks for fields of what a step makes', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: 1s } }
  b: { from: a, keep: sum > 0 && price > 0 }
`,
    `
error[fields-exist]: stream "a" has no field "price"
  topology.yaml:4:34
    |
  4 |   b: { from: a, keep: sum > 0 && price > 0 }
    |                                  ^^^^^
    |
    = stream "a" has: symbol, sum
`,
  )
})
