import { test } from 'vitest'
import { catalogueWithFeedback, expectChecked } from './harness.ts'

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

const withFeedback = { catalogue: catalogueWithFeedback }

test('it lets a field that takes feedback close a cycle', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, mind: { back: c } }
  b: { from: a, pass: }
  c: { from: b, mind: { back: a, others: [{ of: c }] } }
`,
    '',
    withFeedback,
  )
})

test('it says which operators take feedback', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, look: { x: { with: b } } }
  b: { from: a, pass: }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> b -> a
  topology.yaml:3:41
    |
  3 |   a: { from: trades, look: { x: { with: b } } }
    |                                         ^ cut the circle: prev(x) is an earlier value
    |
  topology.yaml:4:14
    |
  4 |   b: { from: a, pass: }
    |              ^ its output comes back from here
    |
    = operators that take feedback: mind
`,
    withFeedback,
  )
})

test('it does not take for feedback what the step also names in another way', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, mind: { back: b, plain: b, others: [{ of: trades }] } }
  b: { from: a, pass: }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> b -> a
  topology.yaml:3:36
    |
  3 |   a: { from: trades, mind: { back: b, plain: b, others: [{ of: trades }] } }
    |                                    ^ cut the circle: prev(x) is an earlier value
    |
  topology.yaml:4:14
    |
  4 |   b: { from: a, pass: }
    |              ^ its output comes back from here
    |
    = operators that take feedback: mind
`,
    withFeedback,
  )
})

test('it refuses feedback over a topic', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  out: { topic: out, schema: market/Trade, key: symbol }
steps:
  a:
    from: trades
    mind: { back: out }
  b: { from: a, pass: , to: out }
`,
    `
error[cycles-local]: step "a" depends on itself: a -> b -> a
  topology.yaml:8:19
    |
  8 |     mind: { back: out }
    |                   ^^^ feedback must stay in the task: read step "b", not its topic
`,
    withFeedback,
  )
})

test('it refuses a cycle that leaves the task on its way round', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  out: { topic: out, schema: market/Trade, key: symbol }
steps:
  a: { from: trades, mind: { back: c } }
  b: { from: a, pass: , to: out }
  c: { from: out, pass: }
  d: { from: trades, mind: { back: e } }
  e: { from: d, pass: , key: broadcast }
  f: { from: trades, mind: { back: h } }
  g: { from: f, pass: , key: all }
  h: { from: g, pass: , key: symbol }
`,
    `
error[cycles-local]: feedback must stay in the task: it goes over topic "out" on its way round
  topology.yaml:8:14
    |
  8 |   c: { from: out, pass: }
    |              ^^^ read step "b"

error[cycles-local]: feedback must stay in the task: "e" is broadcast on its way round
  topology.yaml:9:36
     |
   9 |   d: { from: trades, mind: { back: e } }
     |                                    ^ change keys outside the cycle
     |
  topology.yaml:10:30
     |
  10 |   e: { from: d, pass: , key: broadcast }
     |                              ^^^^^^^^^ its key is changed here

error[cycles-local]: feedback must stay in the task: "h" is given another key on its way round
  topology.yaml:11:36
     |
  11 |   f: { from: trades, mind: { back: h } }
     |                                    ^ change keys outside the cycle
     |
  topology.yaml:13:30
     |
  13 |   h: { from: g, pass: , key: symbol }
     |                              ^^^^^^ its key is changed here

error[cycles-local]: feedback must stay in the task: "g" is given another key on its way round
  topology.yaml:13:14
     |
  13 |   h: { from: g, pass: , key: symbol }
     |              ^ change keys outside the cycle
     |
  topology.yaml:12:30
     |
  12 |   g: { from: f, pass: , key: all }
     |                              ^^^ its key is changed here
`,
    withFeedback,
  )
})

test('it holds what comes back to the key of the step', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  accounts: { topic: accounts, schema: ref/Account, key: id }
steps:
  a: { from: trades, mind: { back: b } }
  b: { from: accounts, pass: }
`,
    `
error[keys-agree]: "b" is partitioned by id (long), and "trades" by symbol (string)
  topology.yaml:6:36
    |
  6 |   a: { from: trades, mind: { back: b } }
    |                                    ^ change a key with \`key:\`, or give every task all of it
    |
  topology.yaml:6:14
    |
  6 |   a: { from: trades, mind: { back: b } }
    |              ^^^^^^ this drives the step
    |
    = every task has all of a topic with \`copies: all\` and of a step with \`key: broadcast\`
`,
    withFeedback,
  )
})
