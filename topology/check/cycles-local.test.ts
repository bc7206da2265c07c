import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it shows the way from a step to itself', () => {
  expectChecked(
    `
topology: t
steps:
  c: { from: b, pass: }
  a: { from: [trades, c], pass: }
  b: { from: a, pass: }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> b -> c -> a
  topology.yaml:4:23
    |
  4 |   a: { from: [trades, c], pass: }
    |                       ^ cut the circle: prev(x) is an earlier value
    |
  topology.yaml:5:14
    |
  5 |   b: { from: a, pass: }
    |              ^ its output comes back from here
`,
  )
})

test('it finds steps that read themselves', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, look: { x: { with: a } } }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> a
  topology.yaml:3:41
    |
  3 |   a: { from: trades, look: { x: { with: a } } }
    |                                         ^ cut the circle: prev(x) is an earlier value
`,
  )
})

test('it finds cycles through topics', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  back: { topic: back, schema: market/Trade, key: symbol }
steps:
  a: { from: [trades, back], pass: }
  b: { from: a, pass: , to: back }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> b -> a
  topology.yaml:6:23
    |
  6 |   a: { from: [trades, back], pass: }
    |                       ^^^^ cut the circle: prev(x) is an earlier value
    |
  topology.yaml:7:14
    |
  7 |   b: { from: a, pass: , to: back }
    |              ^ its output comes back from here
`,
  )
})

test('it does not judge a cycle through an operator that it does not know', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: [trades, c], pass: }
  b: { from: a, portfolio: }
  c: { from: b, pass: }
`,
    `
error[operators-known]: there is no operator "portfolio"
  topology.yaml:4:17
    |
  4 |   b: { from: a, portfolio: }
    |                 ^^^^^^^^^
    |
    = operators: add, execute, gather, halve, keep, look, pass, risk-gate, sort
`,
  )
})
