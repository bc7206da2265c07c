import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses two steps that write one topic', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  out: { topic: out, schema: market/Trade, key: symbol }
steps:
  b: { from: trades, pass: , to: out }
  a: { from: trades, pass: , to: out }
`,
    `
error[one-writer]: topic "out" is written by steps "b" and "a"
  topology.yaml:7:34
    |
  7 |   a: { from: trades, pass: , to: out }
    |                                  ^^^ merge the streams first
    |
  topology.yaml:6:34
    |
  6 |   b: { from: trades, pass: , to: out }
    |                                  ^^^ written here too
`,
  )
})

test('it refuses a step that writes a topic twice, and a source beside a step', () => {
  expectChecked(
    `
topology: t
sources:
  in: { binance: { streams: [trade] }, to: { trades: out } }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  out: { topic: out, schema: market/Trade, key: symbol }
steps:
  b: { from: trades, halve: , to: { left: out, right: out } }
`,
    `
error[one-writer]: topic "out" is filled by source "in" and by step "b"
  topology.yaml:3:54
    |
  3 |   in: { binance: { streams: [trade] }, to: { trades: out } }
    |                                                      ^^^ give one of them a topic of its own
    |
  topology.yaml:8:43
    |
  8 |   b: { from: trades, halve: , to: { left: out, right: out } }
    |                                           ^^^ the step writes it here

error[one-writer]: step "b" writes topic "out" twice
  topology.yaml:8:55
    |
  8 |   b: { from: trades, halve: , to: { left: out, right: out } }
    |                                                       ^^^ merge the streams first
    |
  topology.yaml:8:43
    |
  8 |   b: { from: trades, halve: , to: { left: out, right: out } }
    |                                           ^^^ written here too
`,
  )
})

test('it refuses two sources that fill one topic', () => {
  expectChecked(
    `
topology: t
sources:
  a: { connection: a, to: { trades: trades } }
  b: { connection: b, to: { trades: trades } }
`,
    `
error[one-writer]: topic "trades" is filled by sources "a" and "b"
  topology.yaml:4:37
    |
  4 |   b: { connection: b, to: { trades: trades } }
    |                                     ^^^^^^ give each a topic of its own
    |
  topology.yaml:3:37
    |
  3 |   a: { connection: a, to: { trades: trades } }
    |                                     ^^^^^^ filled here too
`,
  )
})
