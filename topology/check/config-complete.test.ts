import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it says what a missing key is for', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, gather: { fill: none } }
  b: { from: trades, gather: }
`,
    `
error[config-complete]: "gather" needs "every"
  topology.yaml:3:22
    |
  3 |   a: { from: trades, gather: { fill: none } }
    |                      ^^^^^^ add "every:"
    |
    = every: Length of a window.

error[config-complete]: "gather" needs "every"
  topology.yaml:4:22
    |
  4 |   b: { from: trades, gather: }
    |                      ^^^^^^ add "every:"
    |
    = every: Length of a window.
`,
  )
})

test("it looks into maps whose names are the author's", () => {
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    look:
      x: {}
`,
    `
error[config-complete]: "x" needs "with"
  topology.yaml:6:7
    |
  6 |       x: {}
    |       ^ add "with:"
    |
    = with: The stream.
`,
  )
})
