// What the steps section refuses.
import { test } from 'vitest'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const find: Finder = (source, report) => readDeclaration(source, filesOf({}), report)

test('asks for from and an operator', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { key: symbol }
      b:
    `,
    `
    error[shape]: step "a" has no "from"
      topology.yaml:3:3
        |
      3 |   a: { key: symbol }
        |   ^ add "from: trades"

    error[shape]: step "a" has no operator
      topology.yaml:3:3
        |
      3 |   a: { key: symbol }
        |   ^ add one key that is an operator, such as "filter: price > 0"
        |
        = the other keys of a step are from, key, to, fate

    error[shape]: step "b" is empty
      topology.yaml:4:3
        |
      4 |   b:
        |   ^ write a map with from and an operator
    `,
  )
})

test('shows a second operator with the first', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a:
        from: x
        filter: price > 0
        to: y
        bars: { every: 1s }
    `,
    `
    error[shape]: step "a" has a second operator, "bars"
      topology.yaml:7:5
        |
      7 |     bars: { every: 1s }
        |     ^^^^ make it a step of its own
        |
      topology.yaml:5:5
        |
      5 |     filter: price > 0
        |     ^^^^^^ the first is here
    `,
  )
})

test('refuses inputs that are none', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: , filter: x }
      b: { from: [], filter: x }
      c: { from: {}, filter: x }
      d: { from: [x, [y]], filter: x }
      e: { from: a.b.c, filter: x }
    `,
    `
    error[shape]: "from" of step "a" is empty
      topology.yaml:3:8
        |
      3 |   a: { from: , filter: x }
        |        ^^^^ write the name of a stream

    error[shape]: "from" of step "b" is an empty list
      topology.yaml:4:14
        |
      4 |   b: { from: [], filter: x }
        |              ^^ write a stream, a list of streams, or a map of alias to stream

    error[shape]: "from" of step "c" is an empty map
      topology.yaml:5:14
        |
      5 |   c: { from: {}, filter: x }
        |              ^^ write a stream, a list of streams, or a map of alias to stream

    error[shape]: an item of "from" of step "d" is a list
      topology.yaml:6:18
        |
      6 |   d: { from: [x, [y]], filter: x }
        |                  ^^^ write the name of a stream

    error[names-valid]: "a.b.c" cannot name a stream
      topology.yaml:7:14
        |
      7 |   e: { from: a.b.c, filter: x }
        |              ^^^^^ write a topic, a step, or "step.output"
    `,
  )
})

test('refuses an input that is named twice', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: [x, y, x], merge: }
    `,
    `
    error[names-unique]: "from" of step "a" names "x" twice
      topology.yaml:3:21
        |
      3 |   a: { from: [x, y, x], merge: }
        |                     ^ remove one
        |
      topology.yaml:3:15
        |
      3 |   a: { from: [x, y, x], merge: }
        |               ^ the first is here
    `,
  )
})

test('refuses aliases that expressions cannot use', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: { a-b: x, param: y }, join: { on: s } }
    `,
    `
    error[names-valid]: "a-b" cannot name an alias
      topology.yaml:3:16
        |
      3 |   a: { from: { a-b: x, param: y }, join: { on: s } }
        |                ^^^ write letters, digits and "_", a letter first

    error[names-valid]: "param" cannot name an alias: it is a reserved word
      topology.yaml:3:24
        |
      3 |   a: { from: { a-b: x, param: y }, join: { on: s } }
        |                        ^^^^^ choose another name
    `,
  )
})

test('refuses keys and outputs of the wrong type', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: x, filter: y, to: [c], key: { a: b } }
      b: { from: x, filter: y, key: [], to: { rejected: } }
    `,
    `
    error[shape]: "to" of step "a" is a list
      topology.yaml:3:32
        |
      3 |   a: { from: x, filter: y, to: [c], key: { a: b } }
        |                                ^^^ write a topic, or a map of output to topic

    error[shape]: "key" of step "a" is a map
      topology.yaml:3:42
        |
      3 |   a: { from: x, filter: y, to: [c], key: { a: b } }
        |                                          ^^^^^^^^ write a field, a list of fields, or all

    error[shape]: "key" of step "b" is an empty list
      topology.yaml:4:33
        |
      4 |   b: { from: x, filter: y, key: [], to: { rejected: } }
        |                                 ^^ write a field, a list of fields, or all

    error[shape]: "rejected" of "to" of step "b" is empty
      topology.yaml:4:43
        |
      4 |   b: { from: x, filter: y, key: [], to: { rejected: } }
        |                                           ^^^^^^^^ write the name of a topic
    `,
  )
})

test('refuses names with dots and names of topics', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a.b: { from: x, filter: y }
      trades: { from: x, filter: y }
    topics:
      trades: { topic: m.t, schema: market/Trade, key: symbol }
    `,
    `
    error[names-valid]: "a.b" cannot name a step
      topology.yaml:3:3
        |
      3 |   a.b: { from: x, filter: y }
        |   ^^^ write letters, digits, "_" and "-", a letter first

    error[names-unique]: step "trades" has the name of a topic
      topology.yaml:4:3
        |
      4 |   trades: { from: x, filter: y }
        |   ^^^^^^ choose another name
        |
      topology.yaml:6:3
        |
      6 |   trades: { topic: m.t, schema: market/Trade, key: symbol }
        |   ^^^^^^ the topic is declared here
    `,
  )
})

test('names the nearest fate', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a:
        from: x
        filter: y
        fate: { bad: deadletter, lat: skip, duplicate: 1 }
    `,
    `
    error[shape]: "bad" of "fate" of step "a" is "deadletter"
      topology.yaml:6:18
        |
      6 |     fate: { bad: deadletter, lat: skip, duplicate: 1 }
        |                  ^^^^^^^^^^ did you mean "dead-letter"?

    error[shape]: "fate" of step "a" has no key "lat"
      topology.yaml:6:30
        |
      6 |     fate: { bad: deadletter, lat: skip, duplicate: 1 }
        |                              ^^^ did you mean "late"?
        |
        = its keys are bad, late, duplicate

    error[shape]: "duplicate" of "fate" of step "a" is "1"
      topology.yaml:6:52
        |
      6 |     fate: { bad: deadletter, lat: skip, duplicate: 1 }
        |                                                    ^ write fail, skip or dead-letter
    `,
  )
})

test("shows an operator's expression that a comma cut, and no second operator", () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: x, filter: f(a, b, c), to: y }
      b: { from: x, filter: price, c) }
    `,
    `
    error[expression-split-by-comma]: in { } and [ ] YAML cuts at commas: "f(a" and "b" and "c)"
      topology.yaml:3:25
        |
      3 |   a: { from: x, filter: f(a, b, c), to: y }
        |                         ^^^^^^^^^^ write it in block style, one entry a line
        |
        = filter: f(a, b, c)

    error[shape]: step "b" has a second operator, "c)"
      topology.yaml:4:32
        |
      4 |   b: { from: x, filter: price, c) }
        |                                ^^ make it a step of its own
        |
      topology.yaml:4:17
        |
      4 |   b: { from: x, filter: price, c) }
        |                 ^^^^^^ the first is here
    `,
  )
})

test('refuses a tag where a name should stand', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    steps:
      a: { from: !x y, filter: z }
    `,
    `
    error[yaml-plain]: "from" of step "a" begins with "!", which YAML takes for a tag
      topology.yaml:3:14
        |
      3 |   a: { from: !x y, filter: z }
        |              ^^^^ put the value in quotes
    `,
  )
})
