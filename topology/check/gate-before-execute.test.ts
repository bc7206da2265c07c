import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it warns of orders that have passed no risk gate', () => {
  expectChecked(
    `
topology: t
steps:
  sized: { from: trades, pass: }
  gated: { from: sized, risk-gate: }
  safe: { from: gated, keep: price > 0 }
  ok: { from: safe, execute: }
  one: { from: sized, execute: }
  two: { from: [safe, sized], execute: }
`,
    `
warning[gate-before-execute]: step "one" executes orders that have passed no risk gate
  topology.yaml:7:23
    |
  7 |   one: { from: sized, execute: }
    |                       ^^^^^^^ put a step with risk-gate before it

warning[gate-before-execute]: step "two" executes orders that have passed no risk gate
  topology.yaml:8:31
    |
  8 |   two: { from: [safe, sized], execute: }
    |                               ^^^^^^^ put a step with risk-gate before it
`,
  )
})

test('it follows topics that steps write', () => {
  expectChecked(
    `
topology: t
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
  gated: { topic: gated, schema: market/Trade, key: symbol }
steps:
  a: { from: trades, risk-gate: , to: gated }
  ok: { from: gated, execute: }
  not: { from: trades, execute: }
`,
    `
warning[gate-before-execute]: step "not" executes orders that have passed no risk gate
  topology.yaml:8:24
    |
  8 |   not: { from: trades, execute: }
    |                        ^^^^^^^ put a step with risk-gate before it
`,
  )
})
