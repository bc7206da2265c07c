import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it names the operator that is near and lists all of them', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pas: }
`,
    `
error[operators-known]: there is no operator "pas"
  topology.yaml:3:22
    |
  3 |   a: { from: trades, pas: }
    |                      ^^^ did you mean "pass"?
    |
    = operators: add, execute, gather, halve, keep, look, pass, risk-gate, sort
`,
  )
})

test('it lets nothing follow from an operator that does not exist', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, book: { levels: 10 } }
  b:
    from: a
    add: { mid: no_such_field / 2 }
  c: { from: [b, trades], pass: }
  d: { from: a.rejected, look: { x: { with: b } } }
`,
    `
error[operators-known]: there is no operator "book"
  topology.yaml:3:22
    |
  3 |   a: { from: trades, book: { levels: 10 } }
    |                      ^^^^ did you mean "look"?
    |
    = operators: add, execute, gather, halve, keep, look, pass, risk-gate, sort
`,
  )
})

test('it still reads the configs behind a step that cannot be judged', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, book: }
  b: { from: a, gather: { evry: 1s, every: 2 } }
`,
    `
error[operators-known]: there is no operator "book"
  topology.yaml:3:22
    |
  3 |   a: { from: trades, book: }
    |                      ^^^^ did you mean "look"?
    |
    = operators: add, execute, gather, halve, keep, look, pass, risk-gate, sort

error[config-known]: "gather" has no key "evry"
  topology.yaml:4:27
    |
  4 |   b: { from: a, gather: { evry: 1s, every: 2 } }
    |                           ^^^^ did you mean "every"?
    |
    = keys of "gather": at, every, fill, label, of, rounds, scale

error[config-typed]: "every" takes a duration, not "2"
  topology.yaml:4:44
    |
  4 |   b: { from: a, gather: { evry: 1s, every: 2 } }
    |                                            ^ write ms, s, m, h or d behind the number
`,
  )
})
