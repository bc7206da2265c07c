import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it names the schema that is near and where it was looked for', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trades, key: symbol, time: time }
  orders: { topic: orders, schema: trading/LimitOrder, key: symbol }
steps:
  a: { from: trades, add: { y: pirce } }
`,
    `
error[schemas-known]: there is no schema "market/Trades"
  topology.yaml:3:43
    |
  3 |   trades: { topic: market.trades, schema: market/Trades, key: symbol, time: time }
    |                                           ^^^^^^^^^^^^^ did you mean "market/Trade"?
    |
    = neither schemas/market/trades.avsc beside the topology nor a built-in one
    = built-in: market/Mean, market/Trade, ref/Account

error[schemas-known]: there is no schema "trading/LimitOrder"
  topology.yaml:4:36
    |
  4 |   orders: { topic: orders, schema: trading/LimitOrder, key: symbol }
    |                                    ^^^^^^^^^^^^^^^^^^
    |
    = neither schemas/trading/limit-order.avsc beside the topology nor a built-in one
    = built-in: market/Mean, market/Trade, ref/Account
`,
  )
})

test('it says so for every topic that names it', () => {
  expectChecked(
    `
topology: t
topics:
  a: { topic: a, schema: my/Own, key: symbol }
  b: { topic: b, schema: my/Own, key: symbol }
steps:
  x: { from: [a, b], pass: }
`,
    `
error[schemas-known]: there is no schema "my/Own"
  topology.yaml:3:26
    |
  3 |   a: { topic: a, schema: my/Own, key: symbol }
    |                          ^^^^^^
    |
    = neither schemas/my/own.avsc beside the topology nor a built-in one
    = built-in: market/Mean, market/Trade, ref/Account

error[schemas-known]: there is no schema "my/Own"
  topology.yaml:4:26
    |
  4 |   b: { topic: b, schema: my/Own, key: symbol }
    |                          ^^^^^^
    |
    = neither schemas/my/own.avsc beside the topology nor a built-in one
    = built-in: market/Mean, market/Trade, ref/Account
`,
  )
})
