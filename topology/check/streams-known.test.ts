import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it names the stream that is near and lists all of them', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: tradez, pass: }
`,
    `
error[streams-known]: there is no topic or step "tradez"
  topology.yaml:3:14
    |
  3 |   a: { from: tradez, pass: }
    |              ^^^^^^ did you mean "trades"?
    |
    = topics: trades
    = steps: a
`,
  )
})

test('it finds streams in configs too', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, look: { x: { with: trdaes } } }
`,
    `
error[streams-known]: there is no topic or step "trdaes"
  topology.yaml:3:41
    |
  3 |   a: { from: trades, look: { x: { with: trdaes } } }
    |                                         ^^^^^^ did you mean "trades"?
    |
    = topics: trades
    = steps: a
`,
  )
})

test('it refuses outputs of a topic', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades.main, pass: }
`,
    `
error[streams-known]: topic "trades" has no outputs
  topology.yaml:3:14
    |
  3 |   a: { from: trades.main, pass: }
    |              ^^^^^^^^^^^ write trades
`,
  )
})

test('it refuses an output that the step has not', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, sort: }
  b: { from: a.rejectd, pass: }
`,
    `
error[streams-known]: step "a" has no output "rejectd"
  topology.yaml:4:14
    |
  4 |   b: { from: a.rejectd, pass: }
    |              ^^^^^^^^^ did you mean "rejected"?
    |
    = outputs: a, a.rejected
`,
  )
})

test('it refuses the bare name of a step without a main output', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, halve: }
  b: { from: a, pass: }
`,
    `
error[streams-known]: step "a" has no main output
  topology.yaml:4:14
    |
  4 |   b: { from: a, pass: }
    |              ^
    |
    = outputs: a.left, a.right
`,
  )
})

test('it takes a step by its main output, bare or in full', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, sort: }
  b: { from: a, pass: , to: out }
  c: { from: a.main, pass: , to: out2 }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  out: { topic: o, schema: market/Trade, key: symbol }
  out2: { topic: o2, schema: market/Trade, key: symbol }
`,
    '',
  )
})

test('it refuses a topic to write that is not declared', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: , to: signls }
`,
    `
error[streams-known]: there is no topic "signls"
  topology.yaml:3:34
    |
  3 |   a: { from: trades, pass: , to: signls }
    |                                  ^^^^^^
    |
    = topics: trades
`,
  )
})

test('it refuses a step where a topic is written', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: , to: b }
  b: { from: trades, pass: , to: { main: nowhere } }
`,
    `
error[streams-known]: "b" is a step, not a topic
  topology.yaml:3:34
    |
  3 |   a: { from: trades, pass: , to: b }
    |                                  ^ only topics are written to: declare one
    |
    = topics: trades

error[streams-known]: there is no topic "nowhere"
  topology.yaml:4:42
    |
  4 |   b: { from: trades, pass: , to: { main: nowhere } }
    |                                          ^^^^^^^
    |
    = topics: trades
`,
  )
})

test('it refuses an output to write that the step has not', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: , to: { rejected: trades2 } }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  trades2: { topic: t2, schema: market/Trade, key: symbol }
`,
    `
error[streams-known]: step "a" has no output "rejected"
  topology.yaml:3:36
    |
  3 |   a: { from: trades, pass: , to: { rejected: trades2 } }
    |                                    ^^^^^^^^
    |
    = outputs: a
`,
  )
})

test('it refuses a sink that reads a step', () => {
  expectChecked(
    `
topology: t
sinks:
  out: { from: a, postgres: { table: x } }
  kept: { from: b, postgres: { table: y } }
  left: { from: c.left, postgres: { table: z } }
steps:
  a: { from: trades, pass: }
  b: { from: trades, pass: , to: good }
  c: { from: trades, halve: , to: { left: one, right: two } }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  good: { topic: good, schema: market/Trade, key: symbol }
  one: { topic: one, schema: market/Trade, key: symbol }
  two: { topic: two, schema: market/Trade, key: symbol }
`,
    `
error[streams-known]: "a" is a step, not a topic
  topology.yaml:3:16
    |
  3 |   out: { from: a, postgres: { table: x } }
    |                ^ a sink reads a topic: let the step write one with \`to:\`
    |
    = topics: good, one, trades, two

error[streams-known]: "b" is a step, not a topic
  topology.yaml:4:17
    |
  4 |   kept: { from: b, postgres: { table: y } }
    |                 ^ a sink reads a topic, and the step writes good
    |
    = topics: good, one, trades, two

error[streams-known]: "c.left" is a step, not a topic
  topology.yaml:5:17
    |
  5 |   left: { from: c.left, postgres: { table: z } }
    |                 ^^^^^^ a sink reads a topic, and the step writes one
    |
    = topics: good, one, trades, two
`,
  )
})

test('it refuses a source that fills what is not there', () => {
  expectChecked(
    `
topology: t
sources:
  in: { binance: { streams: [trade] }, to: { trades: trade } }
steps:
  a: { from: trades, pass: }
`,
    `
error[streams-known]: there is no topic "trade"
  topology.yaml:3:54
    |
  3 |   in: { binance: { streams: [trade] }, to: { trades: trade } }
    |                                                      ^^^^^ did you mean "trades"?
    |
    = topics: trades
`,
  )
})
