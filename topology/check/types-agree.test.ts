import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses keys that cannot be compared and times that are none', () => {
  expectChecked(
    `
    topology: t
    topics:
      trades: { topic: market.trades, schema: market/Trade, key: price, time: symbol }
      raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
      wrong: { topic: wrong, schema: market/Trade, key: symbol, time: time, unit: ms }
    steps:
      a: { from: wrong, pass: , key: size }
    `,
    `
    error[types-agree]: "price" cannot be part of a key: it is double, whose last digits decide equality
      topology.yaml:3:62
        |
      3 |   trades: { topic: market.trades, schema: market/Trade, key: price, time: symbol }
        |                                                              ^^^^^ use a string, long or decimal
        |
      schemas/market/trade.avsc:3:11
        |
      3 |   {"name":"price","type":"double"},
        |           ^^^^^^^ the field is declared here

    error[types-agree]: "symbol" is string, not a time
      topology.yaml:3:75
        |
      3 |   trades: { topic: market.trades, schema: market/Trade, key: price, time: symbol }
        |                                                                           ^^^^^^ name a field that is a time
        |
      schemas/market/trade.avsc:2:11
        |
      2 |   {"name":"symbol","type":"string"},
        |           ^^^^^^^^ the field is declared here

    error[types-agree]: "s" cannot be part of a key: it may be null (string?)
      topology.yaml:4:43
        |
      4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
        |                                           ^ make it non-null before it becomes a key
        |
      schemas/my/raw.avsc:2:13
        |
      2 |   { "name": "s", "type": ["null", "string"] },
        |             ^^^ the field is declared here

    error[types-agree]: "T" is long, not a time
      topology.yaml:4:52
        |
      4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
        |                                                    ^ say what it counts: unit: s, ms, us or ns
        |
      schemas/my/raw.avsc:3:13
        |
      3 |   { "name": "T", "type": "long" },
        |             ^^^ the field is declared here

    error[types-agree]: "M" is double, not a time
      topology.yaml:4:66
        |
      4 |   raw: { topic: raw, schema: my/Raw, key: s, time: T, available: M }
        |                                                                  ^ name a field that is a time
        |
      schemas/my/raw.avsc:4:13
        |
      4 |   { "name": "M", "type": "double" }
        |             ^^^ the field is declared here

    error[types-agree]: unit "ms" is for fields that are plain longs, and no field of this topic is one
      topology.yaml:5:79
        |
      5 |   wrong: { topic: wrong, schema: market/Trade, key: symbol, time: time, unit: ms }
        |                                                                               ^^ leave "unit" out: a time in the schema has its unit there

    error[types-agree]: "size" cannot be part of a key: it is double, whose last digits decide equality
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
        'schemas/my/raw.avsc':
          '{ "type": "record", "name": "Raw", "fields": [\n  { "name": "s", "type": ["null", "string"] },\n  { "name": "T", "type": "long" },\n  { "name": "M", "type": "double" }\n] }\n',
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
    {
      files: {
        'schemas/my/raw.avsc':
          '{ "type": "record", "name": "Raw", "fields": [\n  { "name": "s", "type": "string" },\n  { "name": "T", "type": "long" }\n] }\n',
      },
    },
  )
})
