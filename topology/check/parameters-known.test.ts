import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it names the parameter that is near', () => {
  expectChecked(
    `
topology: t
parameters: { every: 1s }
steps:
  a: { from: trades, gather: { every: param.evry } }
`,
    `
error[parameters-known]: there is no parameter "evry"
  topology.yaml:4:39
    |
  4 |   a: { from: trades, gather: { every: param.evry } }
    |                                       ^^^^^^^^^^ did you mean "every"?
    |
    = parameters: every
`,
  )
})

test('it says so where none is declared', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { every: param.every } }
`,
    `
error[parameters-known]: there is no parameter "every"
  topology.yaml:3:39
    |
  3 |   a: { from: trades, gather: { every: param.every } }
    |                                       ^^^^^^^^^^^
    |
    = none is declared
`,
  )
})
