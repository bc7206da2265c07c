// What the sections parameters, require and calendars refuse.
import { test } from 'vitest'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const find: Finder = (source, report) => readDeclaration(source, filesOf({}), report)

test('asks for a default', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    parameters:
      a: { min: 1 }
      b:
      c: []
      d: { default: { x: 1 } }
      e: { default: [1, [2]] }
    `,
    `
    error[shape]: parameter "a" has no "default"
      topology.yaml:3:3
        |
      3 |   a: { min: 1 }
        |   ^ add "default: 12"

    error[shape]: parameter "b" is empty
      topology.yaml:4:3
        |
      4 |   b:
        |   ^ write a value, a list of values, or a map with default

    error[shape]: parameter "c" is an empty list
      topology.yaml:5:6
        |
      5 |   c: []
        |      ^^ write a value, a list of values, or a map with default

    error[shape]: "default" of parameter "d" is a map
      topology.yaml:6:17
        |
      6 |   d: { default: { x: 1 } }
        |                 ^^^^^^^^ write a value, a list of values, or a map with default

    error[shape]: an item of "default" of parameter "e" is a list
      topology.yaml:7:21
        |
      7 |   e: { default: [1, [2]] }
        |                     ^^^ write a value
    `,
  )
})

test('takes further keys for values only where per says of what', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    parameters:
      a: { default: 5bp, BTCUSDT: 1bp }
      b: { default: 5bp, per: [x], BTCUSDT: 1bp }
      c: { default: 5bp, per: symbol, BTCUSDT: [1] }
    `,
    `
    error[shape]: parameter "a" has no key "BTCUSDT"
      topology.yaml:3:22
        |
      3 |   a: { default: 5bp, BTCUSDT: 1bp }
        |                      ^^^^^^^
        |
        = its keys are default, min, max, per

    error[shape]: "per" of parameter "b" is a list
      topology.yaml:4:27
        |
      4 |   b: { default: 5bp, per: [x], BTCUSDT: 1bp }
        |                           ^^^ write the name of a field

    error[shape]: "BTCUSDT" of parameter "c" is a list
      topology.yaml:5:44
        |
      5 |   c: { default: 5bp, per: symbol, BTCUSDT: [1] }
        |                                            ^^^ write a value
    `,
  )
})

test('refuses names that expressions cannot use', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    parameters:
      fast-ema: 1
      2x: 1
      in: 1
    `,
    `
    error[names-valid]: "fast-ema" cannot name a parameter
      topology.yaml:3:3
        |
      3 |   fast-ema: 1
        |   ^^^^^^^^ write letters, digits and "_", a letter first

    error[names-valid]: "2x" cannot name a parameter
      topology.yaml:4:3
        |
      4 |   2x: 1
        |   ^^ write letters, digits and "_", a letter first

    error[names-valid]: "in" cannot name a parameter: it is a reserved word
      topology.yaml:5:3
        |
      5 |   in: 1
        |   ^^ choose another name
    `,
  )
})

test('refuses bounds that are none', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    parameters:
      a: { default: 1, min: [1], max: }
    `,
    `
    error[shape]: "min" of parameter "a" is a list
      topology.yaml:3:25
        |
      3 |   a: { default: 1, min: [1], max: }
        |                         ^^^ write a value

    error[shape]: "max" of parameter "a" is empty
      topology.yaml:3:30
        |
      3 |   a: { default: 1, min: [1], max: }
        |                              ^^^ write a value
    `,
  )
})

test('refuses requirements that are no expressions', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    require: { a: b }
    `,
    `
    error[shape]: "require" is a map
      topology.yaml:2:10
        |
      2 | require: { a: b }
        |          ^^^^^^^^ write a list of expressions
    `,
  )
})

test('refuses empty requirements', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    require: [param.a < param.b, [c], ]
    `,
    `
    error[shape]: an item of "require" is a list
      topology.yaml:2:30
        |
      2 | require: [param.a < param.b, [c], ]
        |                              ^^^ write an expression, such as param.fast < param.slow
    `,
  )
})

test('shows a requirement that a comma cut', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    require: [max(a, b) < 3, param.a > 1]
    `,
    `
    error[expression-split-by-comma]: in { } and [ ] YAML cuts at commas: "max(a" and "b) < 3"
      topology.yaml:2:11
        |
      2 | require: [max(a, b) < 3, param.a > 1]
        |           ^^^^^^^^^^^^^ write it in block style, one entry a line
        |
        = - max(a, b) < 3
    `,
  )
})

test('refuses calendars that are no files', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    calendars:
      a: { zone: UTC }
      b: /etc/passwd
      c: http://x/y
      d: a\\b.yaml
    `,
    `
    error[shape]: calendar "a" is a map
      topology.yaml:3:6
        |
      3 |   a: { zone: UTC }
        |      ^^^^^^^^^^^^^ write the path of a data file

    error[shape]: path "/etc/passwd" is absolute
      topology.yaml:4:6
        |
      4 |   b: /etc/passwd
        |      ^^^^^^^^^^^ write it from the topology's folder, with /

    error[shape]: path "http://x/y" is absolute
      topology.yaml:5:6
        |
      5 |   c: http://x/y
        |      ^^^^^^^^^^ write it from the topology's folder, with /

    error[shape]: path "a\\b.yaml" holds a backslash
      topology.yaml:6:6
        |
      6 |   d: a\\b.yaml
        |      ^^^^^^^^ write it from the topology's folder, with /
    `,
  )
})
