// What the sections sources and sinks refuse.
import { test } from 'vitest'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const find: Finder = (source, report) => readDeclaration(source, filesOf({}), report)

test('asks a source for its outputs and connector', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    sources:
      a: { connection: b }
      c: { to: { d: e } }
      f: g
    `,
    `
    error[shape]: source "a" has no "to"
      topology.yaml:3:3
        |
      3 |   a: { connection: b }
        |   ^ add "to: { trades: trades }"

    error[shape]: source "c" does not say of what kind it is
      topology.yaml:4:3
        |
      4 |   c: { to: { d: e } }
        |   ^ add a key such as "connection: binance"

    error[shape]: source "f" is the text "g"
      topology.yaml:5:6
        |
      5 |   f: g
        |      ^ write a map with connection and to
    `,
  )
})

test('refuses a source of two kinds', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    sources:
      a: { binance: { }, file: { y: 1 }, to: { d: e } }
    `,
    `
    error[shape]: source "a" has a second kind, "file"
      topology.yaml:3:22
        |
      3 |   a: { binance: { }, file: { y: 1 }, to: { d: e } }
        |                      ^^^^ remove one
        |
      topology.yaml:3:8
        |
      3 |   a: { binance: { }, file: { y: 1 }, to: { d: e } }
        |        ^^^^^^^ the first is here
    `,
  )
})

test('refuses what a source does not have', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    sources:
      a: { connection: b, symbols: [c], to: { d: e } }
      f: { binance: { stream: [g] }, to: { d: e } }
      h: { binance: g, to: { d: e } }
      i: { connection: b, streams: j, to: { d: e } }
    `,
    `
    error[shape]: source "a" has no key "symbols"
      topology.yaml:3:23
        |
      3 |   a: { connection: b, symbols: [c], to: { d: e } }
        |                       ^^^^^^^
        |
        = its keys are connection, streams, to

    error[shape]: "binance" of source "f" has no key "stream"
      topology.yaml:4:19
        |
      4 |   f: { binance: { stream: [g] }, to: { d: e } }
        |                   ^^^^^^ did you mean "streams"?
        |
        = its keys are connection, streams

    error[shape]: "binance" of source "h" is the text "g"
      topology.yaml:5:17
        |
      5 |   h: { binance: g, to: { d: e } }
        |                 ^ write a map with connection and streams

    error[shape]: "streams" of source "i" is the text "j"
      topology.yaml:6:32
        |
      6 |   i: { connection: b, streams: j, to: { d: e } }
        |                                ^ write a list of streams, such as [trade]
    `,
  )
})

test('asks a sink for its topic and kind', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    sinks:
      a: { from: b }
      c: { postgres: { table: d } }
      e: { from: f, redis: {}, postgres: {} }
    `,
    `
    error[shape]: sink "a" does not say of what kind it is
      topology.yaml:3:3
        |
      3 |   a: { from: b }
        |   ^ add a key such as "postgres: { ... }"

    error[shape]: sink "c" has no "from"
      topology.yaml:4:3
        |
      4 |   c: { postgres: { table: d } }
        |   ^ add "from: fills"

    error[shape]: sink "e" has a second kind, "postgres"
      topology.yaml:5:28
        |
      5 |   e: { from: f, redis: {}, postgres: {} }
        |                            ^^^^^^^^ remove one
        |
      topology.yaml:5:17
        |
      5 |   e: { from: f, redis: {}, postgres: {} }
        |                 ^^^^^ the first is here
    `,
  )
})

test('refuses what a sink does not have, and takes what is nearly a key for one', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    sinks:
      a: { from: b, fat: { bad: skip }, postgres: {} }
      c: { from: b, postgres: {}, fate: { late: skip } }
      d: { from: b, postgres: {}, fate: skip }
      e: { from: b, postgres: {}, away: 10m }
      f: { from: b, postgres: {}, away: { ends: runs, for: 10m } }
      g: { from: b, postgres: {}, away: { after: 10, ends: sink } }
      h: { from: b, postgres: {}, away: { after: 1s } }
    `,
    `
    error[shape]: sink "a" has no key "fat"
      topology.yaml:3:17
        |
      3 |   a: { from: b, fat: { bad: skip }, postgres: {} }
        |                 ^^^ did you mean "fate"?

    error[shape]: "fate" of sink "c" has no key "late"
      topology.yaml:4:39
        |
      4 |   c: { from: b, postgres: {}, fate: { late: skip } }
        |                                       ^^^^
        |
        = its only key is bad

    error[shape]: "fate" of sink "d" is the text "skip"
      topology.yaml:5:37
        |
      5 |   d: { from: b, postgres: {}, fate: skip }
        |                                     ^^^^ write a map with bad

    error[shape]: "away" of sink "e" is the text "10m"
      topology.yaml:6:37
        |
      6 |   e: { from: b, postgres: {}, away: 10m }
        |                                     ^^^ write a map with after and ends

    error[shape]: "away" of sink "f" has no "after"
      topology.yaml:7:31
        |
      7 |   f: { from: b, postgres: {}, away: { ends: runs, for: 10m } }
        |                               ^^^^ add "after: 10m"

    error[shape]: "ends" of "away" of sink "f" is "runs"
      topology.yaml:7:45
        |
      7 |   f: { from: b, postgres: {}, away: { ends: runs, for: 10m } }
        |                                             ^^^^ did you mean "run"?

    error[shape]: "away" of sink "f" has no key "for"
      topology.yaml:7:51
        |
      7 |   f: { from: b, postgres: {}, away: { ends: runs, for: 10m } }
        |                                                   ^^^
        |
        = its keys are after, ends

    error[shape]: duration "10" has no unit
      topology.yaml:8:46
        |
      8 |   g: { from: b, postgres: {}, away: { after: 10, ends: sink } }
        |                                              ^^ write ms, s, m, h or d behind the number

    error[shape]: "away" of sink "h" has no "ends"
      topology.yaml:9:31
        |
      9 |   h: { from: b, postgres: {}, away: { after: 1s } }
        |                               ^^^^ add "ends: run"
    `,
  )
})
