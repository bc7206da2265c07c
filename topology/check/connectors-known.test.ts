import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses a connector that does not exist, and says nothing else', () => {
  expectChecked(
    `
topology: t
sources:
  in: { binanse: { streams: [trade] }, to: { trades: trades } }
`,
    `
error[connectors-known]: there is no connector "binanse"
  topology.yaml:3:9
    |
  3 |   in: { binanse: { streams: [trade] }, to: { trades: trades } }
    |         ^^^^^^^ did you mean "binance"?
    |
    = connectors: binance
`,
  )
})

test('it lets a connection be named whatever it is: the environment gives its connector', () => {
  expectChecked(
    `
topology: t
sources:
  in: { connection: wherever, streams: [trade], to: { trades: trades } }
`,
    '',
  )
})
