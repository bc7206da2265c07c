import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { loadTopology } from '../cli/load-topology.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { lineAndColumn } from '../topology/source.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, momentum = ''] = /## A topology\n\n```yaml\n([\s\S]*?)```/.exec(readme) ?? []

test('mistakes do not hide those of the steps after them', () => {
  const edits: readonly (readonly [string, string])[] = [
    ['every: 1m', 'every: 1min'],
    ['ema(close, param.fast)', 'ema(closs, param.fast)'],
    ['buy: ', 'bye: '],
    ['rsi < 70', 'rsy < 70'],
  ]
  const text = edits.reduce((before, [from, to]) => before.replace(from, to), momentum)
  const { diagnostics } = checkTopology({ path: 'momentum.yaml', text }, catalogue, {
    files: { read: () => undefined },
  })
  expect(renderDiagnostics(diagnostics)).toMatchInlineSnapshot(`
    "error[config-typed]: "every" takes a duration, not "1min"
      momentum.yaml:13:20
         |
      13 |     bars: { every: 1min }
         |                    ^^^^ write m for minutes

    error[fields-exist]: stream "candles" has no field "closs"
      momentum.yaml:17:17
         |
      17 |       fast: ema(closs, param.fast)
         |                 ^^^^^ did you mean "close"?
         |
         = stream "candles" has: symbol, time, end, open, high, low, close, volume, count
         = entries beside it: slow, rsi

    error[config-known]: "signal" has no key "bye"
      momentum.yaml:23:7
         |
      23 |       bye: crosses_over(fast, slow) && rsy < 70
         |       ^^^
         |
         = keys of "signal": when, buy, sell, stop, target, confidence, valid_for, strategy

    error[fields-exist]: stream "trend" has no field "rsy"
      momentum.yaml:23:40
         |
      23 |       bye: crosses_over(fast, slow) && rsy < 70
         |                                        ^^^ did you mean "rsi"?
         |
         = stream "trend" has: symbol, time, end, open, high, low, close, volume, count, fast, slow,
           rsi
         = entries beside it: sell, when, buy, side

    4 errors"
  `)
})

test('the target topology checks as far as its operators exist, and says what is missing', () => {
  const path = new URL('topologies/crypto-momentum.yaml', import.meta.url).pathname
  const { diagnostics, plan } = loadTopology(path)
  expect(plan).toBeUndefined()
  const said = diagnostics.map(({ code, message, span }) => {
    const { line } = lineAndColumn(span.source, span.start)
    return `${line} ${code}: ${message}`
  })
  expect(said).toMatchInlineSnapshot(`
    [
      "19 streams-used: nothing reads or writes topic "instruments"",
      "68 config-complete: "size" needs "accounts": their cash counts before the first fill",
      "85 config-known: "portfolio" has no key "day"",
    ]
  `)
})

test('a look-up named __proto__ is a mistake of its author', () => {
  const text = `topology: t
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  seen: { from: quotes, enrich: { __proto__: { with: quotes } } }
  next: { from: seen, filter: bid > 0 }
`
  const { diagnostics } = checkTopology({ path: 'topology.yaml', text }, catalogue, {
    files: { read: () => undefined },
  })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(renderDiagnostics(errors)).toMatchInlineSnapshot(`
    "error[names-valid]: "__proto__" cannot name an alias: it is a reserved word
      topology.yaml:6:35
        |
      6 |   seen: { from: quotes, enrich: { __proto__: { with: quotes } } }
        |                                   ^^^^^^^^^ choose another name

    1 error"
  `)
})
