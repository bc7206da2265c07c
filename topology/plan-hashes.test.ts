import { expect, test } from 'vitest'
import { checkText } from './check/harness.ts'
import type { HarnessOptions } from './check/harness.ts'
import { renderDiagnostics } from './render.ts'

const BASE = `topology: t
parameters:
  every: { default: 1s, min: 1ms }
  most: { default: 5, per: symbol, BTC: 6, ETH: 7 }
  word: none
calendars: { utc: utc.yaml, fx: fx.yaml }
require: [param.every > 0s, param.word != 'x']
topics:
  trades: { topic: market.trades, schema: my/Trade, key: symbol, time: time, lateness: 1s }
  others: { topic: others, schema: my/Trade, key: symbol, time: time }
  out: { topic: out, schema: my/Trade, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  both: { from: [trades, others], keep: price > 0 && price < param.most, to: out }
  sums: { from: both, gather: { every: param.every, fill: param.word, scale: 10% } }
  more:
    from: both
    add:
      x: price * 2
      y: size / 2
`

const FILES = {
  'utc.yaml': 'day: 24h',
  'fx.yaml': 'day: 17h',
  'schemas/my/trade.avsc': JSON.stringify({
    type: 'record',
    name: 'Trade',
    doc: 'A trade.',
    fields: [
      { name: 'symbol', type: 'string' },
      { name: 'price', type: 'double' },
      { name: 'size', type: 'double', default: 0 },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
    ],
  }),
}

function hashes(text: string, options: HarnessOptions = {}) {
  const { plan, diagnostics } = checkText(text, { files: FILES, ...options })
  if (!plan) throw new Error(renderDiagnostics(diagnostics))
  const states = Object.fromEntries(plan.steps.map(({ id, stateHash }) => [id, stateHash]))
  return { shape: plan.shapeHash, full: plan.fullHash, states }
}

function change(from: string | RegExp, to: string): string {
  const text = BASE.replace(from, to)
  if (text === BASE) throw new Error(`nothing to change: ${String(from)}`)
  return text
}

const base = hashes(BASE)

test('it gives digests of 256 bits in hex', () => {
  for (const hash of [base.shape, base.full, ...Object.values(base.states)]) {
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
  }
})

test.each<[string, string]>([
  [
    'lines moved and comments',
    `# A comment.\n\n${BASE.replaceAll('  both', '\n\n  # Both.\n  both')}`,
  ],
  [
    'maps in another order',
    change('{ bad: dead-letter, late: skip,', '{ late: skip, bad: dead-letter,'),
  ],
  ['topics in another order', change(/( {2}trades:.*\n)( {2}others:.*\n)/, '$2$1')],
  ['merged streams in another order', change('[trades, others]', '[others, trades]')],
  ['requirements in another order', change(/\[param.*\]/, "[param.word != 'x', param.every > 0s]")],
  ['entries of a block in another order', change(/( {6}x:.*\n)( {6}y:.*\n)/, '$2$1')],
  [
    'keys of a config in another order',
    change('fill: param.word, scale: 10%', 'scale: 10%, fill: param.word'),
  ],
  ['values per key in another order', change('BTC: 6, ETH: 7', 'ETH: 7, BTC: 6')],
  ['another spelling of a value', change('scale: 10%', 'scale: 0.1')],
  [
    'another spelling of an expression',
    change('price > 0 && price < param.most', '(price>0)   && (price < param.most)'),
  ],
  [
    'flow or block style',
    change('  sums: { from: both, gather:', '  sums:\n    from: both\n    gather:').replace(
      '10% } }',
      '10% }',
    ),
  ],
])('it does not change for %s', (_what, text) => {
  expect(hashes(text)).toEqual(base)
})

test('it does not change for the docs of a schema', () => {
  const files = {
    ...FILES,
    'schemas/my/trade.avsc': FILES['schemas/my/trade.avsc'].replace('A trade.', 'Any.'),
  }
  expect(hashes(BASE, { files })).toEqual(base)
})

test('it does not change for a sink', () => {
  const sinks = 'sinks: { ledger: { from: out, postgres: { table: x }, fate: { bad: fail } } }'
  expect(hashes(`${BASE}${sinks}\n`)).toEqual(base)
})

test.each<[string, string, HarnessOptions]>([
  ['the config of a step without state', change('price > 0', 'price > 1'), {}],
  ['a value per key', change('BTC: 6', 'BTC: 8'), {}],
  ['a fate', change('late: skip', 'late: fail'), {}],
  ['how long a live run waits', change('lateness: 1s', 'lateness: 1s, idle: 2s'), {}],
  ['how long a topic is kept', change('topic: out,', 'topic: out, retention: 7d,'), {}],
  ['a calendar', BASE, { files: { ...FILES, 'fx.yaml': 'day: 18h' } }],
  ['a setting of a parameter that no state depends on', BASE, { set: { most: '9' } }],
])('it changes the full hash alone for %s', (_what, text, options) => {
  const changed = hashes(text, options)
  expect(changed.full).not.toBe(base.full)
  expect({ ...changed, full: base.full }).toEqual(base)
})

test.each<[string, string, HarnessOptions]>([
  ['a parameter that shapes its windows', BASE, { set: { every: '2s' } }],
  ['the config of its step', change('scale: 10%', 'scale: 20%'), {}],
])('it changes the state of a step, and with it both, for %s', (_what, text, options) => {
  const changed = hashes(text, options)
  expect(changed.states.sums).not.toBe(base.states.sums)
  expect(changed.states.both).toBe(base.states.both)
  expect(changed.shape).not.toBe(base.shape)
  expect(changed.full).not.toBe(base.full)
})

test.each<[string, string]>([
  ['the name of the topology', change('topology: t', 'topology: u')],
  ['a physical topic', change('topic: out', 'topic: out2')],
  ['a number of partitions', BASE.replaceAll('key: symbol,', 'key: symbol, partitions: 2,')],
  ['a rank', change('lateness: 1s', 'lateness: 1s, rank: 1')],
  ['the topic that a step writes', change(', to: out', '')],
])('it changes both, and no state, for %s', (_what, text) => {
  const changed = hashes(text)
  expect(changed.states).toEqual(base.states)
  expect(changed.shape).not.toBe(base.shape)
  expect(changed.full).not.toBe(base.full)
})

test.each<[string, string]>([
  ['a lateness', change('lateness: 1s', 'lateness: 2s')],
  ['a delay', change('lateness: 1s', 'lateness: 1s, delay: 1s')],
  ['a table', BASE.replaceAll('time: time', 'time: time, table: history')],
  ['the wiring', change('from: both, gather', 'from: trades, gather')],
])('it changes the state of a step for %s of what drives it', (_what, text) => {
  const changed = hashes(text)
  expect(changed.states.sums).not.toBe(base.states.sums)
  expect(changed.states.both).toBe(base.states.both)
})

test('a source is part of the full hash alone, and only where there is one', () => {
  const source = (connection: string) =>
    `sources: { in: { connection: ${connection}, to: { trades: t } } }`
  const withSource = (connection: string) =>
    hashes(
      `${BASE.replace('trades: { topic', 't: { topic')
        .replace('[trades, others]', '[t, others]')
        .replace('my/Trade', 'market/Trade')}${source(connection)}\n`,
    )
  const [a, b] = [withSource('a'), withSource('b')]
  expect(a.shape).toBe(b.shape)
  expect(a.states).toEqual(b.states)
  expect(a.full).not.toBe(b.full)
})
