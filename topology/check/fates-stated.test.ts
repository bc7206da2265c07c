import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test("it refuses a topology without fates", () => {
  expectChecked(
    `
    topology: t
    steps:
      a: { from: trades, pass: }
    topics:
      trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
    parameters: {} # fate:
    `,
    '',
  )
})
