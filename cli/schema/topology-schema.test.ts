import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { catalogue } from '../catalogue.ts'
import { keptSinks } from '../kept-sink.test-data.ts'
import { topologySchema } from './topology-schema.ts'

const kinds = new Map([...(catalogue.sinks ?? []), ...keptSinks])
const schema = topologySchema({ ...catalogue, sinks: kinds })
const validate = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
}).addVocabulary(['markdownDescription', 'patternErrorMessage'])
const accepts = validate.compile(schema)

/**
 * Where the schema finds mistakes, as JSON pointers, each once. Later texts replace sections of
 * earlier ones.
 */
function mistakes(...texts: readonly string[]): readonly string[] {
  accepts(Object.assign({}, ...texts.map((text) => parse(text) as unknown)))
  return [...new Set((accepts.errors ?? []).map(({ instancePath }) => instancePath))].sort()
}

test.each([...catalogue.operators.values()].map((operator) => [operator.name, operator] as const))(
  'accepts the example of %s',
  (_, { example }) => {
    const [topology = ''] = example.split(/^---$/m)
    expect(mistakes(topology)).toEqual([])
  },
)

test.each([...kinds])('accepts the example of a sink of kind %s', (_, { example }) => {
  expect(mistakes(example)).toEqual([])
})

test('explains a kind of sink with the section of its example that is about it', () => {
  const { properties } = topologySchema({ ...catalogue, sinks: keptSinks }) as {
    properties: {
      sinks: { additionalProperties: { properties: { kept: { markdownDescription: string } } } }
    }
  }
  const { kept } = properties.sinks.additionalProperties.properties
  expect(kept.markdownDescription).toBe(`**kept**: Rows of a table that is kept.

\`\`\`yaml
ledger:
  from: trades
  kept: { table: trades }
\`\`\``)
})

const HEAD = `
topology: t
topics:
  quotes: { topic: q, schema: market/Quote, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
`

test('accepts parameters, also as whole config values, and every way to name inputs', () => {
  const text = `${HEAD}
parameters:
  every: 1m
  fast: { default: 12, min: 2, max: 100 }
  spread: { default: 5bp, per: symbol, EURUSD: 1bp }
require: [param.fast < 20]
steps:
  a: { from: quotes, filter: bid > 0, key: broadcast }
  b: { from: [a, quotes], merge: }
  c: { from: { x: a }, bars: { every: param.every }, to: { main: out }, fate: { late: skip } }
  d: { from: c, bars: { every: [1s, 1h30m], price: close } }
`
  expect(mistakes(text)).toEqual([])
})

test.each([
  [
    'a key that no topic has',
    'topics: { q: { topic: q, schema: a/B, key: k, tiem: t } }',
    '/topics/q',
  ],
  [
    'a lateness without a unit',
    'topics: { q: { topic: q, schema: a/B, key: k, lateness: 5 } }',
    '/topics/q/lateness',
  ],
  ['a topic without a schema', 'topics: { q: { topic: q, key: k } }', '/topics/q'],
  ['a fate of another word', 'fate: { bad: fial, late: fail, duplicate: fail }', '/fate/bad'],
  ['a step without an operator', 'steps: { s: { from: q } }', '/steps/s'],
  ['two operators in a step', 'steps: { s: { from: q, filter: a, derive: { b: c } } }', '/steps/s'],
  ['an operator that is not known', 'steps: { s: { from: q, flter: a } }', '/steps/s'],
  ['a step without inputs', 'steps: { s: { filter: a } }', '/steps/s'],
  ['a config without what it needs', 'steps: { s: { from: q, bars: {} } }', '/steps/s/bars'],
  [
    'a config key that is not known',
    'steps: { s: { from: q, bars: { every: 1m, fil: none } } }',
    '/steps/s/bars',
  ],
  [
    'a name that signal does not have',
    'steps: { s: { from: q, signal: { by: a } } }',
    '/steps/s/signal',
  ],
  ['an expression that is a map', 'steps: { s: { from: q, filter: { a: b } } }', '/steps/s/filter'],
  ['a section that is not known', 'stepz: {}', ''],
  ['a sink without a kind', 'sinks: { s: { from: q } }', '/sinks/s'],
  ['a kind of sink that is not known', 'sinks: { s: { from: q, kpet: { table: t } } }', '/sinks/s'],
  [
    'a fate that a sink does not have',
    'sinks: { s: { from: q, kept: { table: t }, fate: { late: skip } } }',
    '/sinks/s/fate',
  ],
  [
    'a sink that does not say what ends',
    'sinks: { s: { from: q, kept: { table: t }, away: { after: 1m } } }',
    '/sinks/s/away',
  ],
  [
    'a sink without what its kind needs',
    'sinks: { s: { from: q, kept: { key: t } } }',
    '/sinks/s/kept',
  ],
])('refuses %s', (_, wrong, place) => {
  expect(mistakes(HEAD, wrong)).toContain(place)
})

test('says of every key what it is for', () => {
  const silent: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { properties = {} } = node as { properties?: Readonly<Record<string, unknown>> }
    for (const [name, each] of Object.entries(properties)) {
      if (!Object.hasOwn(each as object, 'description')) silent.push(`${path}/${name}`)
    }
    for (const [name, each] of Object.entries(node)) visit(each, `${path}/${name}`)
  }
  visit(schema, '')
  expect(silent).toEqual([])
})
