import { expect, test } from 'vitest'
import { catalogueWithFeedback, checkText, complete } from './check/harness.ts'
import { renderDiagnostics } from './render.ts'
import type { Plan } from './plan.ts'

function planOf(text: string): Plan {
  const { plan, diagnostics } = checkText(complete(text.replace(/^\n/, '')), {
    catalogue: catalogueWithFeedback,
  })
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

/** `a < b`: step a gets feedback from b. */
function feedbackIn({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ id, inputs }) =>
    inputs.filter(({ feedback }) => feedback).map(({ stream }) => `${id} < ${stream}`),
  )
}

test('it marks as feedback the edges that close a cycle and no others', () => {
  const plan = planOf(`topology: t
steps:
  gate: { from: trades, mind: { back: filled, others: [{ of: quotes }, { of: early }] } }
  filled: { from: orders, pass: }
  orders: { from: gate, pass: }
  quotes: { from: trades, pass: }
  own: { from: quotes, mind: { back: own } }
${TOPICS}`)
  expect(feedbackIn(plan)).toEqual(['gate < filled', 'own < own'])
  expect(describe(plan)).toBe('0 x4: quotes gate orders filled own < early x4, trades x4')
  const gate = plan.steps.find(({ id }) => id === 'gate')
  expect(gate?.inputs.map(({ stream, role, via }) => `${stream} ${role} ${via}`)).toEqual([
    'trades drives topic',
    'early looked-up topic',
    'filled looked-up local',
    'quotes looked-up local',
  ])
})

test('it tells a step no type of a stream that may feed back, and a runtime all of them', () => {
  const { steps } = planOf(`topology: t
steps:
  a: { from: trades, mind: { back: b, others: [{ of: early }], plain: means } }
  b: { from: a, add: { twice: price * 2 } }
${TOPICS}`)
  const a = steps.find(({ id }) => id === 'a')
  const fields = ({ fields: all }: { readonly fields: readonly { readonly name: string }[] }) =>
    all.map(({ name }) => name)
  const own = ['symbol', 'price', 'size', 'time', 'means']
  expect(fields(a?.type.outputs.main?.record ?? { fields: [] })).toEqual(own)
  const back = a?.inputs.find(({ stream }) => stream === 'b')
  expect(fields(back?.type.record ?? { fields: [] })).toEqual([...own, 'twice'])
})

test('it marks both ways between steps that feed back to each other; ties go by id', () => {
  const plan = planOf(`topology: t
steps:
  b: { from: trades, mind: { back: a } }
  a: { from: trades, mind: { back: b } }
${TOPICS}`)
  expect(feedbackIn(plan)).toEqual(['a < b', 'b < a'])
  expect(plan.steps.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('it keeps a cycle in one task where a circle of tasks is cut', () => {
  const plan = planOf(`topology: t
steps:
  clean: { from: trades, pass: }
  breadth: { from: clean, pass: , key: all }
  index: { from: breadth, pass: , key: broadcast }
  first: { from: clean, mind: { back: last } }
  last: { from: first, look: { x: { with: index } } }
${TOPICS}`)
  expect(feedbackIn(plan)).toEqual(['first < last'])
  expect(describe(plan)).toBe(
    [
      '0 x4: clean breadth < trades x4',
      '1 x1: index < repartition breadth x1',
      '2 x4: first last < repartition clean x4, broadcast index x1 whole',
    ].join('\n'),
  )
})

test('it says how long a topic is kept and waited for, where that is stated', () => {
  const { topics } = planOf(`topology: t
steps:
  a: { from: [trades, quick], pass: }
topics:
  trades: { topic: t, schema: market/Trade, key: symbol, time: time, idle: 2s, retention: 7d }
  quick: { topic: q, schema: market/Trade, key: symbol, time: time }`)
  expect([...topics.values()].map(({ name, idle, retention }) => [name, idle, retention])).toEqual([
    ['quick', undefined, undefined],
    ['trades', 2_000_000, 604_800_000_000],
  ])
})
