import { test } from 'vitest'
import { avsc, expectChecked } from './harness.ts'

test('it refuses keys that cannot be compared and times that are none', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: trades, schema: market/Trade, key: price, time: symbol }
  raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
  wrong: { topic: w, unit: ms, schema: market/Trade, key: symbol, time: time }
steps:
  a: { from: wrong, pass: , key: size }
`,
    `
error[types-agree]: "price" cannot be in a key: it is double, whose last digits decide equality
  topology.yaml:3:55
    |
  3 |   trades: { topic: trades, schema: market/Trade, key: price, time: symbol }
    |                                                       ^^^^^ use a string, long or decimal
    |
  schemas/market/trade.avsc:3:11
    |
  3 |   {"name":"price","type":"double"},
    |           ^^^^^^^ the field is declared here

error[types-agree]: "symbol" is string, not a time
  topology.yaml:3:68
    |
  3 |   trades: { topic: trades, schema: market/Trade, key: price, time: symbol }
    |                                                                    ^^^^^^ name a time
    |
  schemas/market/trade.avsc:2:11
    |
  2 |   {"name":"symbol","type":"string"},
    |           ^^^^^^^^ the field is declared here

error[types-agree]: "s" cannot be in a key: it may be null (string?)
  topology.yaml:4:43
    |
  4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
    |                                           ^ make it non-null before it becomes a key
    |
  schemas/my/raw.avsc:2:11
    |
  2 |   {"name":"s","type":["null","string"]},
    |           ^^^ the field is declared here

error[types-agree]: "T" is long, not a time
  topology.yaml:4:52
    |
  4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
    |                                                    ^ add \`unit:\` s, ms, us or ns
    |
  schemas/my/raw.avsc:3:11
    |
  3 |   {"name":"T","type":"long"},
    |           ^^^ the field is declared here

error[types-agree]: "M" is double, not a time
  topology.yaml:4:66
    |
  4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
    |                                                                  ^ name a time
    |
  schemas/my/raw.avsc:4:11
    |
  4 |   {"name":"M","type":"double"}
    |           ^^^ the field is declared here

error[types-agree]: no field of this topic needs the unit "ms"
  topology.yaml:5:28
    |
  5 |   wrong: { topic: w, unit: ms, schema: market/Trade, key: symbol, time: time }
    |                            ^^ leave it out: a time has its own

error[types-agree]: "size" cannot be in a key: it is double, whose last digits decide equality
  topology.yaml:7:34
    |
  7 |   a: { from: wrong, pass: , key: size }
    |                                  ^^^^ use a string, long or decimal
    |
  schemas/market/trade.avsc:4:11
    |
  4 |   {"name":"size","type":"double"},
    |           ^^^^^^ the field is declared here
`,
    {
      files: {
        'schemas/my/raw.avsc': avsc('Raw', { s: ['null', 'string'], T: 'long', M: 'double' }),
      },
    },
  )
})

test('it takes plain longs whose unit is stated', () => {
  expectChecked(
    `
topology: t
topics:
  raw: { topic: raw, schema: my/Raw, key: s, time: T, unit: ms }
steps:
  a: { from: raw, pass: }
`,
    '',
    { files: { 'schemas/my/raw.avsc': avsc('Raw', { s: 'string', T: 'long' }) } },
  )
})
