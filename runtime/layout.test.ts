import { expect, test } from 'vitest'
import { operators } from '../operators/index.ts'
import { makeLayout, type TaskLayout } from './layout.ts'
import { pass, planSteps } from './reference/run-steps.test-data.ts'

const plan = planSteps({
  operators: [pass, ...operators.values()],
  topics: `
topics:
  items: { topic: items.v1, schema: my/Item, key: symbol, partitions: 3 }
  slow: { topic: slow.v1, schema: my/Item, key: symbol, partitions: 2 }
  out: { topic: out.v1, schema: my/Item, key: symbol, partitions: 3 }
fate: { bad: fail, late: fail, duplicate: fail }`,
  steps: `
  told: { from: slow, pass: , key: broadcast }
  a: { from: items, pass: , to: out }
  all: { from: a, pass: , key: all }
  total: { from: all, pass: }
  reads: { from: out, enrich: { told: { with: told, on: "'[]'", missing: null } } }
  also: { from: items, pass: , key: all }
  late: { from: also, pass: }`,
})
const { tasks, topics, slots, partitions } = makeLayout(plan)

function taskOf(step: string, partition: number): TaskLayout {
  const found = tasks.find((each) => each.sub.steps.includes(step) && each.partition === partition)
  if (found === undefined) throw new Error(`no task ${step} ${partition}`)
  return found
}

/** `stream/partition<upstream`, with ! where the task settles what cannot be read. */
function channelsOf(step: string, partition: number): string {
  const { channels } = taskOf(step, partition)
  const words = channels.map(
    ({ stream, partition: from, upstream, settles }) =>
      `${stream}/${from}<${upstream}${settles ? '!' : ''}`,
  )
  return words.join(' ')
}

test('reads a topic of the world by partition, and settles it in one task', () => {
  expect(channelsOf('a', 1)).toBe('items/1<-1!')
})

test('reads a topic that another sub-topology writes once for each of its tasks', () => {
  const others = 'told/0<0 told/1<1'
  expect(channelsOf('reads', 2)).toBe(`out/2<0 out/2<1 out/2<2 ${others}`)
})

test('reads a broadcast in every task, each partition of the one task that writes it', () => {
  for (const partition of [0, 1, 2]) {
    expect(channelsOf('reads', partition)).toContain('told/0<0 told/1<1')
  }
  const pinned = [0, 1].map((partition) => taskOf('told', partition).destinations)
  expect(pinned.map(([told]) => [told?.as, told?.pinned, told?.partitions])).toEqual([
    ['stream', 0, 2],
    ['stream', 1, 2],
  ])
})

test('gathers what is keyed anew from every task that sends it', () => {
  expect(channelsOf('total', 0)).toBe('all/0<0 all/0<1 all/0<2')
  const [, all] = taskOf('a', 1).destinations
  expect(all).toMatchObject({ topic: 't.all.between-tasks', pinned: undefined, hasReaders: true })
})

test('puts tasks of one partition into one slot', () => {
  expect([slots, partitions]).toEqual([3, 3])
  for (const { partition, slot } of tasks) expect(slot).toBe(partition)
})

test('makes a topic for all that is read or written, between tasks where needed', () => {
  expect(topics.map(({ name, partitions: count }) => `${name} ${count}`)).toEqual([
    'items.v1 3',
    'out.v1 3',
    'slow.v1 2',
    't.commits 3',
    't.state 3',
    't.order 3',
    't.dead-letters 3',
    't.all.between-tasks 1',
    't.also.between-tasks 1',
    't.told.between-tasks 2',
  ])
})

test('captures what a step gives out, in the partition of its task', () => {
  const captured = makeLayout(plan, { capture: new Set(['total', 'reads']) })
  const found = captured.tasks.flatMap(({ id, destinations }) =>
    destinations.flatMap(({ as, stream, pinned }) =>
      as === 'captured' ? [`${id} ${stream} ${pinned}`] : [],
    ),
  )
  expect(found.map((each) => each.replace(/^\d+/, '')).sort()).toEqual([
    '_0 reads 0',
    '_0 total 0',
    '_1 reads 1',
    '_2 reads 2',
  ])
})
