import { test } from 'vitest'
import { expectChecked } from './check/harness.ts'

test("it refuses author's names that no record can have as a field", () => {
  expectChecked(
    `
topology: t
steps:
  a:
    from: trades
    look:
      __proto__: { with: trades }
      a-b: { with: trades }
      ok: { with: trades }
  b: { from: a, keep: ok.price > 0 }
`,
    `
error[names-valid]: "__proto__" cannot name an alias: it is a reserved word
  topology.yaml:6:7
    |
  6 |       __proto__: { with: trades }
    |       ^^^^^^^^^ choose another name

error[names-valid]: "a-b" cannot name an alias
  topology.yaml:7:7
    |
  7 |       a-b: { with: trades }
    |       ^^^ write letters, digits and "_", a letter first
`,
  )
})
