import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it warns of steps, topics and parameters that nothing uses', () => {
  expectChecked(
    `
topology: t
parameters: { used: 1, unused: 2 }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  others: { topic: others, schema: market/Trade, key: symbol }
steps:
  a: { from: trades, add: { x: param.used } }
  b: { from: a, pass: }
`,
    `
warning[streams-used]: nothing uses parameter "unused"
  topology.yaml:2:24
    |
  2 | parameters: { used: 1, unused: 2 }
    |                        ^^^^^^ write param.unused where it belongs, or remove it

warning[streams-used]: nothing reads or writes topic "others"
  topology.yaml:5:3
    |
  5 |   others: { topic: others, schema: market/Trade, key: symbol }
    |   ^^^^^^ remove it

warning[streams-used]: nothing reads step "b", and it writes no topic
  topology.yaml:8:3
    |
  8 |   b: { from: a, pass: }
    |   ^ add \`to:\`, or remove it
`,
    { unused: true },
  )
})

test('it counts what sources fill and sinks read', () => {
  expectChecked(
    `
topology: t
sources: { in: { binance: {}, to: { trades: trades } } }
sinks: { out: { from: others, postgres: {} } }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  others: { topic: others, schema: market/Trade, key: symbol }
`,
    '',
    { unused: true },
  )
})

test('it does not judge streams where an operator is not known', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  others: { topic: others, schema: market/Trade, key: symbol }
steps:
  a: { from: trades, book: { with: others } }
`,
    `
error[operators-known]: there is no operator "book"
  topology.yaml:6:22
    |
  6 |   a: { from: trades, book: { with: others } }
    |                      ^^^^ did you mean "look"?
    |
    = operators: add, execute, gather, halve, keep, look, pass, risk-gate, sort
`,
    { unused: true },
  )
})
