import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses a topology without fates', () => {
  expectChecked(
    `
topology: t
steps:
  a: { from: trades, pass: }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
# no fate:
`,
    `
error[fates-stated]: the topology does not say what becomes of bad, late and duplicate records
  topology.yaml:1:1
    |
  1 | topology: t
    | ^^^^^^^^ add "fate: { bad: dead-letter, late: dead-letter, duplicate: skip }"
    |
    = a fate is fail, skip or dead-letter; a step may state its own
`,
  )
})
