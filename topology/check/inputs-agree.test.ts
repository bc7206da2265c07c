import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses streams that differ in a field or its type', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, add: { x: price } }
  b: { from: trades, add: { x: symbol } }
  c: { from: [a, b], pass: }
  d: { from: [trades, a], pass: }
  e: { from: [a, trades], pass: }
`,
    `
error[inputs-agree]: "x" of "b" is string, and of "a" double, so the two cannot be merged
  topology.yaml:5:18
    |
  5 |   c: { from: [a, b], pass: }
    |                  ^ bring them to one shape first, with normalize
    |
  topology.yaml:5:15
    |
  5 |   c: { from: [a, b], pass: }
    |               ^ merged with "a"

error[inputs-agree]: "a" has a field "x", which "trades" has not, so the two cannot be merged
  topology.yaml:6:23
    |
  6 |   d: { from: [trades, a], pass: }
    |                       ^ bring them to one shape first, with normalize
    |
  topology.yaml:6:15
    |
  6 |   d: { from: [trades, a], pass: }
    |               ^^^^^^ merged with "trades"

error[inputs-agree]: "trades" has no field "x", which "a" has, so the two cannot be merged
  topology.yaml:7:18
    |
  7 |   e: { from: [a, trades], pass: }
    |                  ^^^^^^ bring them to one shape first, with normalize
    |
  topology.yaml:7:15
    |
  7 |   e: { from: [a, trades], pass: }
    |               ^ merged with "a"
`,
  )
})

test('it refuses streams that differ in their key', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: , key: all }
  b: { from: [trades, a], pass: }
`,
    `
error[inputs-agree]: "a" is keyed by all, and "trades" by symbol, so the two cannot be merged
  topology.yaml:4:23
    |
  4 |   b: { from: [trades, a], pass: }
    |                       ^ bring them to one shape first, with normalize
    |
  topology.yaml:4:15
    |
  4 |   b: { from: [trades, a], pass: }
    |               ^^^^^^ merged with "trades"
`,
  )
})

test('it takes equal fields in any order', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, add: { x: price, y: size } }
  b: { from: trades, add: { y: size, x: price } }
  c: { from: [b, a], keep: x > y }
`,
    '',
  )
})

test('it makes a record of records of streams under aliases', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: { x: trades, y: again }, keep: x.price > y.pirce }
  again: { from: trades, pass: }
`,
    `
error[fields-exist]: "y" has no field "pirce"
  topology.yaml:3:57
    |
  3 |   a: { from: { x: trades, y: again }, keep: x.price > y.pirce }
    |                                                         ^^^^^ did you mean "price"?
    |
    = "y" has: symbol, price, size, time
`,
  )
})
