import { expect, test } from 'vitest'
import type { Append } from '../../connectors/connector.ts'
import { END, HEARTBEAT, keyAt, kindOf, RECORD } from '../../connectors/record-batch.ts'
import { makeLayout } from '../layout.ts'
import { operators } from '../../operators/index.ts'
import { pass, planSteps } from '../reference/run-steps.test-data.ts'
import { Emissions } from './emissions.ts'
import { ItemInHand } from './item-in-hand.ts'
import { bareChannel, storedBatch } from './rows.test-data.ts'

const plan = planSteps({
  operators: [pass, ...operators.values()],
  topics: `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2 }
  out: { topic: out, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`,
  steps: `
  a: { from: items, pass: , to: out }
  told: { from: items, pass: , key: broadcast }
  b: { from: out, enrich: { told: { with: told, on: "'[]'", missing: null } } }`,
})

function openEmissions(partition: number) {
  const layout = makeLayout(plan).tasks.filter(({ sub }) => sub.steps.includes('a'))[partition]
  if (layout === undefined) throw new Error('no task of a')
  const steps = plan.steps.filter(({ id }) => layout.sub.steps.includes(id))
  const item = new ItemInHand()
  const channel = bareChannel(0, { topic: 'items', partition })
  channel.add(storedBatch([{ available: 5 }], 40), undefined, 0, 1)
  channel.bound()
  item.takeFrom(channel)
  const emissions = new Emissions(plan, layout, steps, item)
  const indexOf = (id: string): number => steps.findIndex((step) => step.id === id)
  const settle = (id: string, ...values: readonly object[]) =>
    emissions.settle(
      indexOf(id),
      values.map((value) => ({ key: 'A', value: { ...value }, time: 1, output: 'main' })),
      5,
    )
  return { emissions, settle }
}

/** `topic/partition: kind key sequence@offset`, row by row. */
function rowsOf(appends: readonly Append[]): readonly string[] {
  return appends.flatMap(({ topic, partition, batch }) =>
    Array.from({ length: batch.count }, (_, row) => {
      const kind = { [RECORD]: 'record', [HEARTBEAT]: 'mark', [END]: 'end' }[kindOf(batch, row)]
      const { sent, origins } = batch
      const from = origins && (origins.indexes[row] ?? -1) >= 0 ? `@${origins.offsets[row]}` : ''
      const key = keyAt(batch, row) ?? '-'
      return `${topic}/${partition}: ${kind} ${key} ${sent?.sequences[row]}${from}`
    }),
  )
}

const [a, b] = [
  { symbol: 'A', n: 1 },
  { symbol: 'D', n: 2 },
]
const bad = { symbol: 'F', n: 'no number' }

test('numbers what it writes by partition, and says which input record it came of', () => {
  const { emissions, settle } = openEmissions(0)
  expect(settle('a', a, b, a)).toBeUndefined()
  expect(settle('told', a)).toBeUndefined()
  // Murmur2 puts A into partition 0 of two and D into 1, as Kafka does.
  expect(rowsOf(emissions.takeAppends())).toEqual([
    'out/0: record A 0@40',
    'out/0: record A 1@40',
    'out/1: record D 0@40',
    't.told.between-tasks/0: record A 0@40',
  ])
  expect(emissions.sent).toEqual({ 'topic out': [2, 1], 'stream told': [1, 0] })
})

test('takes a turn out whole: batches and numbers are as they were', () => {
  const { emissions, settle } = openEmissions(0)
  settle('a', a)
  const before = emissions.sent
  expect(settle('a', a, b, bad, b)).toMatch(/^topic "out": .*"n"/)
  expect(emissions.sent).toEqual(before)
  settle('a', b, a)
  expect(rowsOf(emissions.takeAppends())).toEqual([
    'out/0: record A 0@40',
    'out/0: record A 1@40',
    'out/1: record D 0@40',
  ])
})

test('goes on with the numbers after a restart', () => {
  const first = openEmissions(0)
  first.settle('a', a, b, a)
  const second = openEmissions(0)
  second.emissions.restore(first.emissions.sent)
  second.settle('a', a)
  expect(rowsOf(second.emissions.takeAppends())).toEqual(['out/0: record A 2@40'])
})

test('marks its progress in every partition that a reader waits for, and in no other', () => {
  const { emissions, settle } = openEmissions(1)
  settle('a', a)
  emissions.markProgress(9, false)
  expect(rowsOf(emissions.takeAppends())).toEqual([
    'out/0: record A 0@40',
    'out/0: mark - 1',
    'out/1: mark - 0',
    't.told.between-tasks/1: mark - 0',
  ])
  emissions.markProgress(9, true)
  expect(rowsOf(emissions.takeAppends()).map((each) => each.split(' ')[1])).toEqual([
    'end',
    'end',
    'end',
  ])
})
