import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it names the key that is near and lists all of them', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: 1s, fil: none } }
  b: { from: a, pass: }
`,
    `
error[config-known]: "gather" has no key "fil"
  topology.yaml:3:43
    |
  3 |   a: { from: trades, gather: { every: 1s, fil: none } }
    |                                           ^^^ did you mean "fill"?
    |
    = keys of "gather": at, every, fill, label, of, rounds, scale
`,
  )
})

test('it refuses a config where there is nothing to configure', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: { every: 1s } }
`,
    `
error[config-known]: "pass" has no key "every"
  topology.yaml:3:30
    |
  3 |   a: { from: trades, pass: { every: 1s } }
    |                              ^^^^^ remove it: there is nothing to configure
`,
  )
})

test("it looks into maps whose names are the author's", () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, look: { x: { with: trades, maxage: 1s } } }
`,
    `
error[config-known]: "x" has no key "maxage"
  topology.yaml:3:49
    |
  3 |   a: { from: trades, look: { x: { with: trades, maxage: 1s } } }
    |                                                 ^^^^^^
    |
    = keys of "x": with
`,
  )
})
