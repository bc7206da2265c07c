import { test } from 'vitest'
import { avsc, expectChecked } from './harness.ts'

test('it refuses what is of another kind, each value by itself', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: 5, fill: none, scale: much } }
  b: { from: trades, gather: { at: [1s, soon], every: 1s, rounds: 1.5 } }
`,
    `
error[config-typed]: "every" takes a duration, not "5"
  topology.yaml:3:39
    |
  3 |   a: { from: trades, gather: { every: 5, fill: none, scale: much } }
    |                                       ^ write ms, s, m, h or d behind the number

error[config-typed]: "scale" takes a number, not "much"
  topology.yaml:3:61
    |
  3 |   a: { from: trades, gather: { every: 5, fill: none, scale: much } }
    |                                                             ^^^^

error[config-typed]: "at" takes a duration, not "soon"
  topology.yaml:4:41
    |
  4 |   b: { from: trades, gather: { at: [1s, soon], every: 1s, rounds: 1.5 } }
    |                                         ^^^^ write a number and ms, s, m, h or d: 500ms

error[config-typed]: "rounds" takes a whole number, not 1.5
  topology.yaml:4:67
    |
  4 |   b: { from: trades, gather: { at: [1s, soon], every: 1s, rounds: 1.5 } }
    |                                                                   ^^^
`,
  )
})

test('it holds values to their bounds', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: 0.5ms, scale: -1 } }
  b: { from: trades, gather: { every: 2d } }
`,
    `
error[config-typed]: "every" takes a duration of 1ms or more
  topology.yaml:3:39
    |
  3 |   a: { from: trades, gather: { every: 0.5ms, scale: -1 } }
    |                                       ^^^^^

error[config-typed]: "scale" takes a number of 0 or more
  topology.yaml:3:53
    |
  3 |   a: { from: trades, gather: { every: 0.5ms, scale: -1 } }
    |                                                     ^^

error[config-typed]: "every" takes a duration of 1d or less
  topology.yaml:4:39
    |
  4 |   b: { from: trades, gather: { every: 2d } }
    |                                       ^^
`,
  )
})

test('it refuses values that are missing or are maps and lists', () => {
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    gather:
      every:
      fill: [none]
      scale: { a: 1 }
  b: { from: trades, gather: 1s }
  c: { from: trades, add: price }
  d: { from: trades, look: { x: trades } }
  e: { from: trades, pass: 3 }
  f: { from: trades, gather: { every: 1s, at: [] } }
`,
    `
error[config-typed]: "every" takes a duration, not nothing
  topology.yaml:6:7
    |
  6 |       every:
    |       ^^^^^

error[config-typed]: "fill" takes none or previous, not a list
  topology.yaml:7:7
    |
  7 |       fill: [none]
    |       ^^^^

error[config-typed]: "scale" takes a number, not a map
  topology.yaml:8:7
    |
  8 |       scale: { a: 1 }
    |       ^^^^^

error[config-typed]: "gather" takes a map, not "1s"
  topology.yaml:9:30
    |
  9 |   b: { from: trades, gather: 1s }
    |                              ^^ its keys are every, fill, of, scale, rounds, label, at

error[config-typed]: "add" takes a map of name to expression, not "price"
  topology.yaml:10:27
     |
  10 |   c: { from: trades, add: price }
     |                           ^^^^^

error[config-typed]: "x" takes a map, not "trades"
  topology.yaml:11:33
     |
  11 |   d: { from: trades, look: { x: trades } }
     |                                 ^^^^^^ its keys are with

error[config-typed]: "pass" takes no value
  topology.yaml:12:28
     |
  12 |   e: { from: trades, pass: 3 }
     |                            ^

error[config-typed]: "at" takes a list with something in it
  topology.yaml:13:47
     |
  13 |   f: { from: trades, gather: { every: 1s, at: [] } }
     |                                               ^^
`,
  )
})

test('it refuses parameters of another type', () => {
  expectChecked(
    `
topology: t
parameters:
  count: 3
  every: 1s
  words: [none, previous]
  each: { default: 1s, per: symbol, BTC: 2s }
steps:
  a: { from: trades, gather: { every: param.count, fill: param.words } }
  b: { from: trades, gather: { every: param.each, at: param.count } }
`,
    `
error[config-typed]: "every" takes a duration, not param.count, which is double
  topology.yaml:8:39
    |
  8 |   a: { from: trades, gather: { every: param.count, fill: param.words } }
    |                                       ^^^^^^^^^^^

error[config-typed]: "fill" takes none or previous, not param.words, which is list of string
  topology.yaml:8:58
    |
  8 |   a: { from: trades, gather: { every: param.count, fill: param.words } }
    |                                                          ^^^^^^^^^^^

error[config-typed]: "every" takes a duration, not a parameter that has values per symbol
  topology.yaml:9:39
    |
  9 |   b: { from: trades, gather: { every: param.each, at: param.count } }
    |                                       ^^^^^^^^^^ only expressions have a record for it

error[config-typed]: "at" takes a duration, not param.count, which is double
  topology.yaml:9:55
    |
  9 |   b: { from: trades, gather: { every: param.each, at: param.count } }
    |                                                       ^^^^^^^^^^^
`,
  )
})

test('it takes numbers with units, quoted texts and one value for a list', () => {
  expectChecked(
    `
topology: t
parameters:
  every: 1h30m
  fill: previous
  at: [1s, 2s]
steps:
  a:
    from: trades
    gather: { every: param.every, fill: param.fill, scale: 5bp, rounds: 3, at: param.at }
    to: sums
  b: { from: trades, gather: { every: 500ms, scale: 10%, at: 1s, label: "12" }, to: sums2 }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  sums: { topic: sums, schema: test/Sum, key: symbol }
  sums2: { topic: sums2, schema: test/Sum, key: symbol }
`,
    '',
    { files: { 'schemas/test/sum.avsc': avsc('Sum', { symbol: 'string', sum: 'double' }) } },
  )
})
