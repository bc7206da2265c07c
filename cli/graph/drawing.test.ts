import { expect, test } from 'vitest'
import { catalogueWithKept, MOMENTUM_WITH_SINKS } from '../kept-sink.test-data.ts'
import { MOMENTUM, planOf } from '../plan-of.test-data.ts'
import { drawingOf } from './drawing.ts'

const drawing = drawingOf(planOf(MOMENTUM))

test('stands inputs and outputs apart, in merge order', () => {
  expect(drawing.topics.map(({ name, role, detail }) => `${role} ${name}: ${detail}`)).toEqual([
    'input mood: ',
    'input quotes: market.quotes',
    'output signals: trading.signals',
  ])
})

test('frames the steps of each sub-topology', () => {
  expect(
    drawing.clusters.map(({ title, steps }) => `${title}: ${steps.map((s) => s.name).join(' ')}`),
  ).toEqual([
    'sub-topology 0, tasks 0_0 to 0_3: marks candles trend seen entry book',
    'sub-topology 1, task 1_0: judged',
  ])
})

test('draws an arrow for every input of a step and every topic that it writes', () => {
  const arrows = drawing.arrows.map(
    ({ from, to, kind, isLookedUp, label }) =>
      `${from} > ${to} ${kind}${isLookedUp ? ' dashed' : ''}${label === '' ? '' : `: ${label}`}`,
  )
  expect(arrows).toEqual([
    'quotes > marks drives',
    'quotes > candles drives',
    'candles > trend drives',
    'trend > seen drives',
    'mood > seen looked-up dashed',
    'seen > entry drives',
    'entry > signals writes',
    'entry > book drives',
    'book > judged repartition: repartition by all',
    'marks > judged broadcast dashed: broadcast',
  ])
})

test('marks tables and copies, and names the output that an arrow comes from', () => {
  const plan = planOf(MOMENTUM)
  const [mood] = plan.topics.values()
  const judged = plan.steps.find(({ id }) => id === 'judged')
  if (!mood || !judged) throw new Error('the sample has both')
  const topics = new Map([['mood', { ...mood, table: 'latest', copies: 'all' } as const]])
  const inputs = judged.inputs.map((input) => ({ ...input, stream: `${input.stream}.fills` }))
  const { topics: drawn, arrows } = drawingOf({ ...plan, topics, steps: [{ ...judged, inputs }] })
  expect(drawn.map(({ detail }) => detail)).toEqual(['table, copied to every task'])
  expect(arrows.map(({ from, label }) => `${from} ${label}`)).toEqual([
    'book .fills, repartition by all',
    'marks .fills, broadcast',
  ])
})

test('draws sinks under names that no topic has, and an arrow into each', () => {
  const { sinks, arrows } = drawingOf(planOf(MOMENTUM_WITH_SINKS, catalogueWithKept))
  expect(sinks).toEqual([
    { id: 'sink book', name: 'book', detail: 'kept ledger' },
    { id: 'sink quotes', name: 'quotes', detail: 'kept quotes' },
  ])
  expect(arrows.slice(-2).map(({ from, to, kind }) => `${from} > ${to} ${kind}`)).toEqual([
    'signals > sink book writes',
    'quotes > sink quotes writes',
  ])
})
