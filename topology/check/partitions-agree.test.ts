import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses topics of one task that differ in their number of partitions', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time, partitions: 4 }
  means: { topic: means, schema: market/Mean, key: symbol, partitions: 8 }
  all: { topic: all, schema: ref/Account, key: id, partitions: 2, table: latest, copies: all }
  ids: { topic: ids, schema: ref/Account, key: id, partitions: 3 }
steps:
  a: { from: trades, pass: }
  b: { from: a, look: { x: { with: means }, y: { with: all } } }
  c: { from: ids, pass: }
  d: { from: ids, look: { x: { with: c } } }
`,
    `
error[partitions-agree]: one task reads 8 partitions of "means" and 4 of "trades"
  topology.yaml:9:36
    |
  9 |   b: { from: a, look: { x: { with: means }, y: { with: all } } }
    |                                    ^^^^^ give both the same number
    |
  topology.yaml:4:72
    |
  4 |   means: { topic: means, schema: market/Mean, key: symbol, partitions: 8 }
    |                                                                        ^ declared here
`,
  )
})

test('it follows steps that share a task by what they read', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  means: { topic: means, schema: market/Mean, key: symbol, partitions: 8 }
  more: { topic: more, schema: market/Mean, key: symbol, partitions: 8 }
steps:
  a: { from: means, look: { x: { with: trades } } }
  b: { from: more, pass: }
  c: { from: more, look: { x: { with: trades } } }
`,
    `
error[partitions-agree]: one task reads 1 partition of "trades" and 8 of "means"
  topology.yaml:7:40
    |
  7 |   a: { from: means, look: { x: { with: trades } } }
    |                                        ^^^^^^ give both the same number
    |
  topology.yaml:3:3
    |
  3 |   trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
    |   ^^^^^^ declared here
`,
  )
})
