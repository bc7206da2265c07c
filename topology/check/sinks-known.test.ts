import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses a sink that does not exist, and says nothing else', () => {
  expectChecked(
    `
topology: t
sinks:
  out: { from: trades, postgress: { table: x } }
`,
    `
error[sinks-known]: there is no sink "postgress"
  topology.yaml:3:24
    |
  3 |   out: { from: trades, postgress: { table: x } }
    |                        ^^^^^^^^^ did you mean "postgres"?
    |
    = sinks: postgres
`,
  )
})
