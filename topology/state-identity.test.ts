import { expect, test } from 'vitest'
import { catalogueWithFeedback, checkText } from './check/harness.ts'
import { renderDiagnostics } from './render.ts'

const BASE = `topology: t
parameters: { k: 2, least: 1 }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time, lateness: 1s }
  others: { topic: others, schema: market/Trade, key: symbol, time: time, table: history }
  ids: { topic: ids, schema: ref/Account, key: symbol, table: latest }
  copied: { topic: copied, schema: market/Trade, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  both: { from: [trades, others], keep: price > param.least }
  scaled: { from: both, add: { x: price * param.k }, to: copied }
  seen: { from: scaled, look: { account: { with: ids } } }
  sums: { from: seen, gather: { every: 1s } }
  sorted: { from: trades, sort: }
  rejects: { from: sorted.rejected, gather: { every: 1s } }
  after: { from: copied, gather: { every: 1s } }
  pair: { from: { a: trades, b: others }, keep: a.price > 0 }
  pairs: { from: pair, gather: { every: 1s } }
`

function states(text: string): Readonly<Record<string, string>> {
  const { plan, diagnostics } = checkText(text, { catalogue: catalogueWithFeedback })
  if (!plan) throw new Error(renderDiagnostics(diagnostics))
  return Object.fromEntries(plan.steps.map(({ id, stateHash }) => [id, stateHash]))
}

const base = states(BASE)

/** Steps whose state starts afresh after the change of the text. */
function moved(from: string, to: string, whole = BASE): readonly string[] {
  const text = whole.replaceAll(from, to)
  if (text === whole) throw new Error(`nothing to change: ${from}`)
  const before = whole === BASE ? base : states(whole)
  const changed = states(text)
  return Object.keys(before)
    .filter((id) => changed[id] !== before[id])
    .sort()
}

test.each<[string, string, string, readonly string[]]>([
  ['a predicate upstream', 'price > param.least', 'price > 7 && size > 0', []],
  ['a parameter of a predicate', 'least: 1', 'least: 2', []],
  ['the order of merged streams', '[trades, others]', '[others, trades]', []],
  ['a filter less', 'scaled: { from: both', 'scaled: { from: [others, trades]', []],
  ['a filter more', 'sums: { from: seen', 'more: { from: seen, pass: }\n  sums: { from: more', []],
  ['a filter of aliased streams', 'a.price > 0', 'a.price > 1', []],
  ['a physical topic', 'topic: ids', 'topic: ids2', []],
  ['a parameter upstream', 'k: 2', 'k: 3', ['after', 'sums']],
  ['an expression upstream', 'price * param.k', 'size * param.k', ['after', 'sums']],
  ['an alias', 'b: others }', 'c: others }', ['pairs']],
  ['aliases exchanged', '{ a: trades, b: others }', '{ b: trades, a: others }', ['pairs']],
  ['a stream fewer', '[trades, others]', '[trades]', ['after', 'sums']],
  ['what is looked up', 'with: ids', 'with: others', ['sums']],
  ['a table that is looked up', 'table: latest', 'table: history', ['sums']],
  ['an output', 'from: sorted.rejected', 'from: sorted', ['rejects']],
  ['a lateness', 'lateness: 1s', 'lateness: 30s', ['after', 'pairs', 'rejects', 'sums']],
  ['a topic between', 'symbol }\nfate', 'symbol, lateness: 2s }\nfate', ['after']],
])('it starts afresh, for %s, what depends on it and nothing else', (_what, from, to, fresh) => {
  expect(moved(from, to)).toEqual([...fresh])
})

test('it takes no longer for streams that part and meet again and again', () => {
  const steps = Array.from({ length: 60 }, (_, i) => {
    const before = i === 0 ? 'trades' : `m${i - 1}`
    return `
  p${i}: { from: ${before}, pass: }
  q${i}: { from: ${before}, pass: }
  m${i}: { from: [p${i}, q${i}], pass: }`
  })
  const text = BASE.replace('sums: { from: seen', `sums: { from: m59`)
  expect(states(text.replace('steps:', `steps:${steps.join('')}`)).sums).toMatch(/^[0-9a-f]{64}$/)
})

const LOOP = `topology: t
parameters: { k: 2, j: 2 }
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  before: { from: trades, gather: { every: 1s } }
  gate: { from: trades, mind: { back: filled } }
  scaled: { from: gate, add: { x: price * param.k } }
  held: { from: scaled, mind: { back: filled } }
  filled: { from: held, add: { y: x * param.j } }
  beside: { from: trades, mind: { back: before } }
`

test.each<[string, string, string, readonly string[]]>([
  ['a step of the cycle that it feeds', 'k: 2', 'k: 3', ['gate', 'held']],
  ['the step that feeds back', 'j: 2', 'j: 3', ['gate', 'held']],
  [
    'another step with feedback in its cycle',
    'gate: { from: trades, mind: { back: filled',
    'gate: { from: trades, mind: { scale: 2, back: filled',
    ['gate', 'held'],
  ],
  ['what it takes as a look-up', 'every: 1s', 'every: 2s', ['before', 'beside']],
])('it starts afresh, with feedback, for %s', (_what, from, to, fresh) => {
  expect(moved(from, to, LOOP)).toEqual([...fresh])
})
