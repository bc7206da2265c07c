import { expect, test } from 'vitest'
import { checkText, complete } from './check/harness.ts'
import { renderDiagnostics } from './render.ts'
import type { Plan } from './plan.ts'

function planOf(text: string): Plan {
  const { plan, diagnostics } = checkText(complete(text.replace(/^\n/, '')))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!plan) throw new Error(renderDiagnostics(errors))
  return plan
}

/** `0 x4: a b < trades` is sub-topology 0 of 4 tasks, its steps, and what it merges, in order. */
function describe(plan: Plan): string {
  const lines = plan.subTopologies.map(({ id, partitions, steps, channels }) => {
    const merged = channels.map(({ stream, via, partitions: parts, everyTask }) => {
      const how = via === 'topic' ? '' : `${via} `
      return `${how}${stream} x${parts}${everyTask ? ' whole' : ''}`
    })
    return `${id} x${partitions}: ${steps.join(' ')} < ${merged.join(', ')}`
  })
  return lines.join('\n')
}

function expectPlan(text: string, expected: string): void {
  const lines = expected.trim().split('\n')
  expect(describe(planOf(text))).toBe(lines.map((line) => line.trim()).join('\n'))
}

const TOPICS = `
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time, partitions: 4 }
  means: { topic: means, schema: market/Mean, key: symbol, partitions: 4, rank: 7 }
  early: { topic: early, schema: market/Trade, key: symbol, time: time, partitions: 4, rank: 2 }
  accounts:
    { topic: accs, schema: ref/Account, key: account, partitions: 3, table: latest, copies: all }
  ids: { topic: ids, schema: ref/Account, key: id, partitions: 2 }
  out: { topic: out, schema: market/Trade, key: symbol, partitions: 8 }
`

test('it joins steps over local edges and what they read, and merges by rank, then name', () => {
  expectPlan(
    `topology: t
steps:
  c: { from: a, look: { x: { with: means } } }
  b: { from: trades, pass: }
  a: { from: [trades, early], pass: }
  z: { from: ids, pass: }
${TOPICS}`,
    `
    0 x4: a b c < early x4, means x4, trades x4
    1 x2: z < ids x2`,
  )
})

test('it cuts where a key changes, where records are broadcast, and at topics', () => {
  expectPlan(
    `topology: t
steps:
  add: { from: trades, add: { size_class: "'small'" }, key: size_class }
  b: { from: add, pass: , key: all }
  c: { from: b, pass: }
  d: { from: ids, look: { x: { with: everywhere }, y: { with: accounts } } }
  everywhere: { from: trades, pass: , key: broadcast }
  e: { from: early, pass: , to: out }
  f: { from: out, pass: }
${TOPICS}`,
    `
    0 x4: add everywhere < trades x4
    1 x4: b < repartition add x4
    2 x1: c < repartition b x1
    3 x2: d < accounts x3 whole, ids x2, broadcast everywhere x4 whole
    4 x4: e < early x4
    5 x8: f < out x8`,
  )
})

test('it changes nothing for a key that the stream has', () => {
  expectPlan(
    `topology: t
steps:
  a: { from: trades, pass: , key: symbol }
  b: { from: a, pass: }
${TOPICS}`,
    '0 x4: a b < trades x4',
  )
})

test('it lets steps share a task that read one repartitioned stream', () => {
  expectPlan(
    `topology: t
steps:
  a: { from: trades, pass: , key: all }
  b: { from: a, pass: }
  c: { from: a, look: { x: { with: b } } }
${TOPICS}`,
    `
    0 x4: a < trades x4
    1 x1: b c < repartition a x1`,
  )
})

test('it cuts a circle of tasks by levels, so that none feeds itself', () => {
  expectPlan(
    `topology: t
steps:
  clean: { from: trades, pass: }
  breadth: { from: clean, pass: , key: all }
  index: { from: breadth, pass: , key: broadcast }
  seen: { from: clean, look: { x: { with: index } } }
  after: { from: seen, pass: }
  beside: { from: clean, pass: }
${TOPICS}`,
    `
    0 x4: clean beside breadth < trades x4
    1 x1: index < repartition breadth x1
    2 x4: seen after < repartition clean x4, broadcast index x1 whole`,
  )
})

test('it cuts a task that would read a topic that it writes', () => {
  expectPlan(
    `topology: t
steps:
  a: { from: trades, pass: , to: out }
  b: { from: trades, look: { x: { with: out } } }
${TOPICS.replace('partitions: 8', 'partitions: 4')}`,
    `
    0 x4: a < trades x4
    1 x4: b < out x4, trades x4`,
  )
})

test('it gives every input its name, role and way, and every output its key and topic', () => {
  const { steps, topics } = planOf(`topology: t
steps:
  a: { from: { x: trades, y: early }, look: { m: { with: means }, r: { with: s.rejected } } }
  s: { from: trades, sort: , key: broadcast }
  w: { from: trades, sort: , to: { rejected: out }, fate: { late: fail } }
${TOPICS}`)
  const [a, w] = ['a', 'w'].map((id) => steps.find((step) => step.id === id))
  expect(a?.inputs.map(({ name, role, stream, via }) => [name, role, stream, via])).toEqual([
    ['x', 'drives', 'trades', 'topic'],
    ['y', 'drives', 'early', 'topic'],
    ['means', 'looked-up', 'means', 'topic'],
    ['s.rejected', 'looked-up', 's.rejected', 'broadcast'],
  ])
  expect(a?.input.record.fields.map(({ name }) => name)).toEqual(['x', 'y'])
  expect([...(w?.outputs ?? [])]).toEqual([
    ['main', { key: ['symbol'], broadcast: false, topic: undefined }],
    ['rejected', { key: ['symbol'], broadcast: false, topic: 'out' }],
  ])
  expect(w?.fates).toEqual({ bad: 'dead-letter', late: 'fail', duplicate: 'skip' })
  expect([...topics.values()].map(({ name, rank, isInput }) => [name, rank, isInput])).toEqual([
    ['accounts', 2, true],
    ['early', 0, true],
    ['ids', 3, true],
    ['means', 1, true],
    ['out', 4, false],
    ['trades', 5, true],
  ])
})

test('it lets the greatest lateness of merged topics flow on', () => {
  const { steps } = planOf(`topology: t
steps:
  b: { from: a, pass: }
  a: { from: [slow, quick], pass: }
topics:
  slow: { topic: slow, schema: market/Trade, key: symbol, time: time, lateness: 5s }
  quick: { topic: quick, schema: market/Trade, key: symbol, time: time, lateness: 1s }`)
  expect(steps.map(({ id, input }) => [id, input.lateness])).toEqual([
    ['a', 5_000_000],
    ['b', 5_000_000],
  ])
})
