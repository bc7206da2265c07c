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
      a: { topic: m, schema: S, key: s, latness: 1s }
    `,
    `
    error[shape]: topic "a" has no key "latness"
      topology.yaml:3:37
        |
      3 |   a: { topic: m, schema: S, key: s, latness: 1s }
        |                                     ^^^^^^^ did you mean "lateness"?
        |
        = its keys are topic, schema, key, time, unit, available, delay, lateness, rank, partitions,
          table, copies, retention, idle
    `,
  )
})

test('lists the keys where none is near', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: { topic: m, schema: S, key: s, compression: zstd }
    `,
    `
    error[shape]: topic "a" has no key "compression"
      topology.yaml:3:37
        |
      3 |   a: { topic: m, schema: S, key: s, compression: zstd }
        |                                     ^^^^^^^^^^^
        |
        = its keys are topic, schema, key, time, unit, available, delay, lateness, rank, partitions,
          table, copies, retention, idle
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
        topic: m
        schema: S
        key: s
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
      a:
        topic: m
        schema: S
        key: s
        retention: 99999d
        lateness: 0.0001ms
    `,
    `
    error[shape]: duration "99999d" is longer than 100 years
      topology.yaml:7:16
        |
      7 |     retention: 99999d
        |                ^^^^^^ write 36525d or less

    error[shape]: duration "0.0001ms" is finer than a microsecond
      topology.yaml:8:15
        |
      8 |     lateness: 0.0001ms
        |               ^^^^^^^^ leave the last digits out
    `,
  )
})

test('refuses numbers out of bounds', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a:
        topic: m
        schema: S
        key: s
        partitions: 0
        rank: -1
      b:
        topic: n
        schema: S
        key: s
        partitions: 1e3
        rank: 1.0
      c:
        topic: o
        schema: S
        key: s
        partitions: 10001
        rank: "1"
    `,
    `
    error[shape]: "partitions" of topic "a" is "0"
      topology.yaml:7:17
        |
      7 |     partitions: 0
        |                 ^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "a" is "-1"
      topology.yaml:8:11
        |
      8 |     rank: -1
        |           ^^ write a whole number from 0 to 1000000

    error[shape]: "partitions" of topic "b" is "1e3"
      topology.yaml:13:17
         |
      13 |     partitions: 1e3
         |                 ^^^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "b" is "1.0"
      topology.yaml:14:11
         |
      14 |     rank: 1.0
         |           ^^^ write a whole number from 0 to 1000000

    error[shape]: "partitions" of topic "c" is "10001"
      topology.yaml:19:17
         |
      19 |     partitions: 10001
         |                 ^^^^^ write a whole number from 1 to 10000

    error[shape]: "rank" of topic "c" is "1"
      topology.yaml:20:11
         |
      20 |     rank: "1"
         |           ^^^ write a whole number from 0 to 1000000
    `,
  )
})

test('refuses words that are none of the few', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a:
        topic: m
        schema: S
        key: s
        unit: min
        table: latests
        copies: 2
    `,
    `
    error[shape]: "unit" of topic "a" is "min"
      topology.yaml:7:11
        |
      7 |     unit: min
        |           ^^^ write s, ms, us or ns

    error[shape]: "table" of topic "a" is "latests"
      topology.yaml:8:12
        |
      8 |     table: latests
        |            ^^^^^^^ did you mean "latest"?

    error[shape]: "copies" of topic "a" is "2"
      topology.yaml:9:13
        |
      9 |     copies: 2
        |             ^ write all
    `,
  )
})

test('refuses names that cannot be ones', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a.b: { topic: m t, schema: ../etc/passwd, key: [a b] }
      __proto__: { topic: .., schema: S, key: s }
    `,
    `
    error[names-valid]: "a.b" cannot name a topic
      topology.yaml:3:3
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [a b] }
        |   ^^^ write letters, digits, "_" and "-", a letter first

    error[names-valid]: "m t" cannot name a physical topic
      topology.yaml:3:17
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [a b] }
        |                 ^^^ write letters, digits, ".", "_" and "-"

    error[names-valid]: "../etc/passwd" cannot name a schema
      topology.yaml:3:30
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [a b] }
        |                              ^^^^^^^^^^^^^ write it like "market/Trade"

    error[names-valid]: "a b" cannot name a field
      topology.yaml:3:51
        |
      3 |   a.b: { topic: m t, schema: ../etc/passwd, key: [a b] }
        |                                                   ^^^ write a field, or "record.field"

    error[names-valid]: "__proto__" cannot name a topic: it is a reserved word
      topology.yaml:4:3
        |
      4 |   __proto__: { topic: .., schema: S, key: s }
        |   ^^^^^^^^^ choose another name

    error[names-valid]: ".." cannot name a physical topic
      topology.yaml:4:23
        |
      4 |   __proto__: { topic: .., schema: S, key: s }
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
      a: { topic: m, schema: S, key: [] }
      b: { topic: m, schema: S, key: [s, s] }
      c: { topic: m, schema: S, key: { s: 1 } }
    `,
    `
    error[shape]: "key" of topic "a" is an empty list
      topology.yaml:3:34
        |
      3 |   a: { topic: m, schema: S, key: [] }
        |                                  ^^ write a field, a list of fields, or all

    error[names-unique]: "key" of topic "b" names "s" twice
      topology.yaml:4:38
        |
      4 |   b: { topic: m, schema: S, key: [s, s] }
        |                                      ^ remove one
        |
      topology.yaml:4:35
        |
      4 |   b: { topic: m, schema: S, key: [s, s] }
        |                                   ^ the first is here

    error[shape]: "key" of topic "c" is a map
      topology.yaml:5:34
        |
      5 |   c: { topic: m, schema: S, key: { s: 1 } }
        |                                  ^^^^^^^^ write a field, a list of fields, or all
    `,
  )
})

test('refuses what makes no sense together', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a:
        topic: m
        schema: S
        key: s
        available: received
        delay: 1s
        copies: all
    `,
    `
    error[shape]: topic "a" has both "available" and "delay"
      topology.yaml:8:5
        |
      8 |     delay: 1s
        |     ^^^^^ keep one: a delay is counted from the event time
        |
      topology.yaml:7:5
        |
      7 |     available: received
        |     ^^^^^^^^^ the field that says it is here

    error[shape]: topic "a" has "copies" and is no table
      topology.yaml:9:5
        |
      9 |     copies: all
        |     ^^^^^^ add "table: latest" or "table: history"
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
