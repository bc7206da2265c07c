import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses two topics that are one on the log', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol }
  others: { topic: market.trades, schema: market/Trade, key: symbol }
steps:
  a: { from: [trades, others], pass: }
`,
    `
error[names-unique]: physical topic "market.trades" is declared twice
  topology.yaml:4:20
    |
  4 |   others: { topic: market.trades, schema: market/Trade, key: symbol }
    |                    ^^^^^^^^^^^^^ name another, or declare one topic for both
    |
  topology.yaml:3:20
    |
  3 |   trades: { topic: market.trades, schema: market/Trade, key: symbol }
    |                    ^^^^^^^^^^^^^ the first is here
`,
  )
})

test('it refuses a new field with the name of another', () => {
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    add: { price: price * 2 }
`,
    `
error[names-unique]: "price" is a field of stream "trades" already
  topology.yaml:5:12
    |
  5 |     add: { price: price * 2 }
    |            ^^^^^ give the new field another name
    |
    = the fields of the input go on beside the new ones
`,
  )
})

test('it refuses a topic that the topology keeps for itself', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: t.commits, schema: market/Trade, key: symbol }
steps:
  a: { from: trades, pass: }
`,
    `
error[names-unique]: physical topic "t.commits" is kept by the topology for itself
  topology.yaml:3:20
    |
  3 |   trades: { topic: t.commits, schema: market/Trade, key: symbol }
    |                    ^^^^^^^^^ name another
`,
  )
})
