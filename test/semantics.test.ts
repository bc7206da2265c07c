import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { createDigest } from '../schemas/digest.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import { testExample } from './examples.ts'

const page = readFileSync(new URL('../docs/semantics.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

test('docs/semantics.md has a worked example in every section that can have one', () => {
  const sections = page.split(/^## /m).slice(1)
  const bare = sections.filter((section) => !/^```yaml|^\|/m.test(section))
  const titles = bare.map((section) => section.slice(0, section.indexOf('\n')))
  // Records only names the words; prefixes have a property test, test/prefix.test.ts; what sinks
  // promise is held by test/simulation/sinks.test.ts.
  expect(titles).toEqual(['Records', 'Sinks', 'Prefixes'])
})

for (const example of examples) {
  const name = /^topology: (.*)$/m.exec(example)?.[1] ?? 'unnamed'
  testExample(`docs/semantics.md holds: ${name}`, example)
}

for (const { name, example } of operators.values()) {
  testExample(`the example of operator "${name}" holds`, example)
}

test('docs/semantics.md holds: the digests worked out', () => {
  const rows = [...page.matchAll(/^\| (\w) +\| (\w\w) +\| (\d) +\| `(\w{64})` \|$/gm)]
  expect(rows.length).toBe(3)
  const digest = createDigest()
  for (const [, key = '', body = '', time, expected] of rows) {
    digest.add(key, Buffer.from(body, 'hex'), Number(time))
    expect(digest.toString()).toBe(expected)
  }
})

const BASE = `
topology: identity
parameters: { k: 2 }
topics:
  bars: { topic: bars, schema: market/Bar, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  scaled:
    from: bars
    derive:
      x: close * param.k
  trend:
    from: scaled
    indicator:
      fast: ema(x, 12)
  rising:
    from: trend
    filter: fast > 1
`

function planOf(text: string): Plan {
  const { plan } = checkTopology({ path: 'topology.yaml', text }, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error('the example does not check')
  return plan
}

/** The rows of the table of identities: an edit, and what of the topology's identity it moves. */
const EDITS: readonly (readonly [string, (text: string) => string, string])[] = [
  ['a comment, or two steps change places', commentAndSwap, ''],
  [
    'a `filter` before nothing stateful changes',
    (text) => text.replace('fast > 1', 'fast > 2'),
    'full',
  ],
  ['`ema(x, 12)` becomes `ema(x, 13)`', (text) => text.replace('12', '13'), 'state shape full'],
  ['a step with state is renamed', (text) => text.replaceAll('trend', 'drift'), 'state shape full'],
  [
    'a parameter of a `derive` before it changes',
    (text) => text.replace('k: 2', 'k: 3'),
    'state shape full',
  ],
]

function commentAndSwap(text: string): string {
  const [head = '', steps = ''] = text.split('steps:\n')
  const [trend = '', rising = ''] = steps.split(/^(?= {2}rising:)/m)
  return `# A remark.\n${head}steps:\n${rising}${trend}`
}

test.each(EDITS)('docs/semantics.md holds: what moves when %s', (row, edit, moves) => {
  expect(page).toContain(`| ${row}`)
  const [before, after] = [planOf(BASE), planOf(edit(BASE))]
  const stateOf = (plan: Plan) =>
    plan.steps.find(({ operator }) => operator === 'indicator')?.stateHash
  const moved = [
    stateOf(before) === stateOf(after) ? '' : 'state',
    before.shapeHash === after.shapeHash ? '' : 'shape',
    before.fullHash === after.fullHash ? '' : 'full',
  ]
  expect(moved.filter(Boolean).join(' ')).toBe(moves)
})
