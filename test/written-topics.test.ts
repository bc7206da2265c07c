// Records that go through a topic which a step writes: what reads them there sees what it would see
// of the step itself.
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { testExample } from './examples.ts'

const BARS = `
topology: bars-of-bars
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  small: { topic: small.bars, schema: market/Bar, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  fives: { from: trades, bars: { every: 5s }, to: small }
  tens: { from: small, bars: { every: 10s } }
`

testExample(
  'bars of the bars in a topic are whole',
  `${BARS}
---
tests:
  - it: gathers both halves
    feed:
      trades:
        - value: { symbol: A, price: 1, size: 1, time: 1s }
        - value: { symbol: A, price: 5, size: 1, time: 6s }
        - value: { symbol: A, price: 3, size: 1, time: 9s }
        - value: { symbol: A, price: 2, size: 1, time: 12s }
        - value: { symbol: A, price: 2, size: 1, time: 25s }
    expect:
      tens:
        - key: A
          time: 0s
          value: { end: 10s, open: 1, high: 5, low: 1, close: 3, volume: 3, count: 3 }
        - key: A
          time: 10s
          value: { end: 20s, open: 2, high: 2, low: 2, close: 2, volume: 1, count: 1 }
`,
)

test.each([
  ['the lateness of the step where it is more than declared', '', 1],
  ['the lateness declared where it is more', ', lateness: 3s', 3_000_000],
])('a reader of a written topic sees %s', (_what, declared, lateness) => {
  const text = BARS.replace('market/Bar, key: symbol', `$&${declared}`)
  const { plan, diagnostics } = checkTopology({ path: 'topology.yaml', text }, catalogue, {
    files: { read: () => undefined },
  })
  expect(plan, renderDiagnostics(diagnostics)).toBeDefined()
  const tens = plan?.steps.find(({ id }) => id === 'tens')
  expect(tens?.input.lateness).toBe(lateness)
  expect(tens?.inputs[0]?.type.lateness).toBe(lateness)
})
