// What the topics section refuses.
import { test } from 'vitest'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const find: Finder = (source, report) => readDeclaration(source, filesOf({}), report)

test('names the nearest key', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: symbol, latness: 1s }
    `,
    `
    error[shape]: topic "a" has no key "latness"
      topology.yaml:3:55
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, latness: 1s }
        |                                                       ^^^^^^^ did you mean "lateness"?
        |
        = its keys are topic, schema, key, time, unit, available, delay, lateness, rank, partitions, table, copies, retention, idle
    `,
  )
})

test('lists the keys where none is near', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: symbol, compression: zstd }
    `,
    `
    error[shape]: topic "a" has no key "compression"
      topology.yaml:3:55
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, compression: zstd }
        |                                                       ^^^^^^^^^^^
        |
        = its keys are topic, schema, key, time, unit, available, delay, lateness, rank, partitions, table, copies, retention, idle
    `,
  )
})

test('asks for topic, schema and key', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { time: time }
    `,
    `
    error[shape]: topic "a" has no "key"
      topology.yaml:3:3
        |
      3 |   a: { time: time }
        |   ^ add "key: symbol"

    error[shape]: topic "a" has no "schema"
      topology.yaml:3:3
        |
      3 |   a: { time: time }
        |   ^ add "schema: market/Trade"

    error[shape]: topic "a" has no "topic"
      topology.yaml:3:3
        |
      3 |   a: { time: time }
        |   ^ add "topic: market.trades"
    `,
  )
})

test('says which topics are no maps', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: market.trades
      b: [1]
      c:
    `,
    `
    error[shape]: topic "a" is the text "market.trades"
      topology.yaml:3:6
        |
      3 |   a: market.trades
        |      ^^^^^^^^^^^^^ write a map with topic, schema and key

    error[shape]: topic "b" is a list
      topology.yaml:4:6
        |
      4 |   b: [1]
        |      ^^^ write a map with topic, schema and key

    error[shape]: topic "c" is empty
      topology.yaml:5:3
        |
      5 |   c:
        |   ^ write a map with topic, schema and key
    `,
  )
})

test('refuses durations', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a:
        topic: m.t
        schema: market/Trade
        key: symbol
        lateness: -1s
        delay: 5
        retention: 0s
        idle: 200y
    `,
    `
    error[shape]: duration "-1s" is negative
      topology.yaml:7:15
        |
      7 |     lateness: -1s
        |               ^^^ write a duration of 0s or more

    error[shape]: duration "5" has no unit
      topology.yaml:8:12
        |
      8 |     delay: 5
        |            ^ write ms, s, m, h or d behind the number

    error[shape]: "retention" of topic "a" is zero
      topology.yaml:9:16
        |
      9 |     retention: 0s
        |                ^^ write more than 0s

    error[shape]: duration "200y" has no unit of time
      topology.yaml:10:11
         |
      10 |     idle: 200y
         |           ^^^^ write 365d for a year
    `,
  )
})

test('refuses absurd durations', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: symbol, retention: 99999d, lateness: 0.0001ms }
    `,
    `
    error[shape]: duration "99999d" is longer than 100 years
      topology.yaml:3:66
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, retention: 99999d, lateness: 0.0001ms }
        |                                                                  ^^^^^^ write 36525d or less

    error[shape]: duration "0.0001ms" is finer than a microsecond
      topology.yaml:3:84
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, retention: 99999d, lateness: 0.0001ms }
        |                                                                                    ^^^^^^^^ leave the last digits out
    `,
  )
})

test('refuses numbers out of bounds', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: symbol, partitions: 0, rank: -1 }
      b: { topic: m.u, schema: market/Trade, key: symbol, partitions: 1e3, rank: 1.0 }
      c: { topic: m.v, schema: market/Trade, key: symbol, partitions: 10001, rank: "1" }
    `,
    `
    error[shape]: "partitions" of topic "a" is "0"
      topology.yaml:3:67
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, partitions: 0, rank: -1 }
        |                                                                   ^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "a" is "-1"
      topology.yaml:3:76
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, partitions: 0, rank: -1 }
        |                                                                            ^^ write a whole number from 0 to 1000000

    error[shape]: "partitions" of topic "b" is "1e3"
      topology.yaml:4:67
        |
      4 |   b: { topic: m.u, schema: market/Trade, key: symbol, partitions: 1e3, rank: 1.0 }
        |                                                                   ^^^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "b" is "1.0"
      topology.yaml:4:78
        |
      4 |   b: { topic: m.u, schema: market/Trade, key: symbol, partitions: 1e3, rank: 1.0 }
        |                                                                              ^^^ write a whole number from 0 to 1000000

    error[shape]: "partitions" of topic "c" is "10001"
      topology.yaml:5:67
        |
      5 |   c: { topic: m.v, schema: market/Trade, key: symbol, partitions: 10001, rank: "1" }
        |                                                                   ^^^^^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "c" is "1"
      topology.yaml:5:80
        |
      5 |   c: { topic: m.v, schema: market/Trade, key: symbol, partitions: 10001, rank: "1" }
        |                                                                                ^^^ write a whole number from 0 to 1000000
    `,
  )
})

test('refuses words that are none of the few', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: symbol, unit: min, table: latests, copies: 2 }
    `,
    `
    error[shape]: "unit" of topic "a" is "min"
      topology.yaml:3:61
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, unit: min, table: latests, copies: 2 }
        |                                                             ^^^ write s, ms, us or ns

    error[shape]: "table" of topic "a" is "latests"
      topology.yaml:3:73
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, unit: min, table: latests, copies: 2 }
        |                                                                         ^^^^^^^ did you mean "latest"?

    error[shape]: "copies" of topic "a" is "2"
      topology.yaml:3:90
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: symbol, unit: min, table: latests, copies: 2 }
        |                                                                                          ^ write all
    `,
  )
})

test('refuses names that cannot be ones', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a.b: { topic: m t, schema: ../etc/passwd, key: [symbol, a b] }
      __proto__: { topic: .., schema: market/Trade, key: symbol }
    `,
    `
    error[names-valid]: "a.b" cannot name a topic
      topology.yaml:3:3
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [symbol, a b] }
        |   ^^^ write letters, digits, "_" and "-", a letter first

    error[names-valid]: "m t" cannot name a physical topic
      topology.yaml:3:17
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [symbol, a b] }
        |                 ^^^ write letters, digits, ".", "_" and "-"

    error[names-valid]: "../etc/passwd" cannot name a schema
      topology.yaml:3:30
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [symbol, a b] }
        |                              ^^^^^^^^^^^^^ write it like "market/Trade"

    error[names-valid]: "a b" cannot name a field
      topology.yaml:3:59
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [symbol, a b] }
        |                                                           ^^^ write a field, or "record.field"

    error[names-valid]: "__proto__" cannot name a topic: it is a reserved word
      topology.yaml:4:3
        |
      4 |   __proto__: { topic: .., schema: market/Trade, key: symbol }
        |   ^^^^^^^^^ choose another name

    error[names-valid]: ".." cannot name a physical topic
      topology.yaml:4:23
        |
      4 |   __proto__: { topic: .., schema: market/Trade, key: symbol }
        |                       ^^ write letters, digits, ".", "_" and "-"
    `,
  )
})

test('refuses keys that name nothing or a field twice', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: [] }
      b: { topic: m.t, schema: market/Trade, key: [s, s] }
      c: { topic: m.t, schema: market/Trade, key: { s: 1 } }
    `,
    `
    error[shape]: "key" of topic "a" is an empty list
      topology.yaml:3:47
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: [] }
        |                                               ^^ write a field, a list of fields, or all

    error[names-unique]: "key" of topic "b" names "s" twice
      topology.yaml:4:51
        |
      4 |   b: { topic: m.t, schema: market/Trade, key: [s, s] }
        |                                                   ^ remove one
        |
      topology.yaml:4:48
        |
      4 |   b: { topic: m.t, schema: market/Trade, key: [s, s] }
        |                                                ^ the first is here

    error[shape]: "key" of topic "c" is a map
      topology.yaml:5:47
        |
      5 |   c: { topic: m.t, schema: market/Trade, key: { s: 1 } }
        |                                               ^^^^^^^^ write a field, a list of fields, or all
    `,
  )
})

test('refuses what makes no sense together', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m.t, schema: market/Trade, key: s, available: received, delay: 1s, copies: all }
    `,
    `
    error[shape]: topic "a" has both "available" and "delay"
      topology.yaml:3:71
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: s, available: received, delay: 1s, copies: all }
        |                                                                       ^^^^^ keep one: a delay is counted from the event time
        |
      topology.yaml:3:50
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: s, available: received, delay: 1s, copies: all }
        |                                                  ^^^^^^^^^ the field that says it is here

    error[shape]: topic "a" has "copies" and is no table
      topology.yaml:3:82
        |
      3 |   a: { topic: m.t, schema: market/Trade, key: s, available: received, delay: 1s, copies: all }
        |                                                                                  ^^^^^^ add "table: latest" or "table: history"
    `,
  )
})

test('refuses a section that is no map', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      - trades
    `,
    `
    error[shape]: "topics" is a list
      topology.yaml:3:3
        |
      3 |   - trades
        |   ^^^^^^^^ write a map of name to topic
    `,
  )
})
