import { expect, test } from 'vitest'
import { operator } from '../../operators/operator.ts'
import { DOUBLE } from '../../schemas/type.ts'
import { nothing } from '../../topology/config.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { HistoryItem, RunResult } from './history.ts'
import { RecordFailed } from './ledger.ts'
import { item, pass, planSteps, runSteps } from './run-steps.test-data.ts'

/** Sums `n` by key, and says the sum ten microseconds after the last record; below 0 is bad. */
const sum = operator({
  name: 'sum',
  summary: 'Sums.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ step, input }) => ({
    outputs: { main: input },
    stores: {
      sums: {
        key: input.key,
        entry: inferredRecord(`${step}-sums`, [{ name: 'n', type: DOUBLE }]),
      },
    },
    lookback: 0,
  }),
  example: '',
  step: ({ store }) => {
    const sums = store<{ n: number }>('sums')
    return {
      onRecord: ({ key, value, time }, turn) => {
        const entry = sums.edit(key, () => ({ n: 0 }))
        entry.n += value?.n as number
        turn.wakeAt(key, time + 10)
        if (entry.n < 0) turn.reject('bad', 'below zero')
        // A sum of a hundred fits into no topic.
        turn.emit({ symbol: key, n: entry.n === 100 ? 'a hundred' : entry.n })
      },
      onTimer: (key, at, turn) => {
        if ((sums.get(key)?.n ?? 0) > 50) turn.reject('bad', 'above fifty')
        turn.emit({ symbol: key, n: sums.get(key)?.n }, { time: at })
      },
    }
  },
})

const operators = [pass, sum]

function topics(fate: string, partitions = 1): string {
  return `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: ${partitions} }
  alone: { topic: alone, schema: my/Item, key: symbol }
  out: { topic: out, schema: my/Item, key: symbol, partitions: ${partitions} }
fate: { bad: ${fate}, late: fail, duplicate: fail }`
}

const bad: HistoryItem = { kind: 'bad', reason: 'not JSON', place: 'items:bad', original: 'x' }
const ONE = { operators, steps: '  s: { from: items, sum: , to: out }' }

function outputs({ outputs: all }: RunResult, stream: string): readonly unknown[] {
  return (all.get(stream) ?? []).map(({ key, time, value }) => `${key} ${time} ${String(value.n)}`)
}

function failureOf(run: () => unknown): RecordFailed {
  try {
    run()
  } catch (error) {
    if (error instanceof RecordFailed) return error
    throw error
  }
  throw new Error('the run did not stop')
}

test('it shows what stores hold and which timers wait, by partition and key', () => {
  const steps = { ...ONE, topics: topics('skip', 2) }
  const { result } = runSteps(steps, { items: [item('A', 1, 2), item('D', 50, 3), item('D', 60)] })
  const partitionOfD = [...(result.timers.get('s')?.keys() ?? [])].map((at) => at.split(' ')[0])
  expect(result.state.get('s')?.get('sums')).toEqual(
    new Map([
      [`${partitionOfD[0] === '0' ? '1' : '0'} A`, { n: 2 }],
      [`${partitionOfD[0]} D`, { n: 3 }],
    ]),
  )
  expect(result.timers).toEqual(new Map([['s', new Map([[`${partitionOfD[0]} D`, 70]])]]))
})

test('it keeps the state and the timer of a record whose output its topic cannot hold', () => {
  const steps = { ...ONE, topics: topics('dead-letter') }
  const { result } = runSteps(steps, { items: [item('A', 1, 100), item('A', 5, -60)] })
  expect(result.deadLetters.map(({ step, place }) => [step, place])).toEqual([['s', 'items:1']])
  expect(result.deadLetters[0]?.reason).toMatch(/^topic "out": /)
  expect(result.state.get('s')?.get('sums')).toEqual(new Map([['0 A', { n: 40 }]]))
  expect(outputs(result, 'out')).toEqual(['A 5 40'])
})

test('it settles what cannot be read in its place, once, and counts it as read', () => {
  const steps = {
    operators,
    topics: topics('dead-letter', 2),
    // Two sub-topologies of two tasks each read the topic, and one task reads all of it.
    steps: `
  a: { from: items, pass: , key: all }
  b: { from: a, pass: }
  c: { from: items, pass: , to: out }
  d: { from: out, pass: }`,
  }
  const keyless: HistoryItem = { ...item('A', 3), value: null } as HistoryItem
  const { result } = runSteps(steps, { items: [item('A', 1), bad, keyless, item('D', 4)] })
  expect(result.inputs.get('items')).toBe(4)
  expect(result.steps.get('items')?.fates.bad).toBe(2)
  expect(
    result.deadLetters.map(({ step, stream, place, available }) => [
      step,
      stream,
      place,
      available,
    ]),
  ).toEqual([
    ['items', 'items', 'items:bad', undefined],
    ['items', 'items', 'items:3', 3],
  ])
})

test('it takes what cannot be read after what stands before it', () => {
  const run = () => runSteps({ ...ONE, topics: topics('fail') }, { items: [item('A', 1, 2), bad] })
  const { letter, before } = failureOf(run)
  expect(letter.place).toBe('items:bad')
  expect(outputs(before, 'out')).toEqual(['A 1 2'])
  expect(before.inputs.get('items')).toBe(1)
  expect(before.steps.get('items')?.fates.bad ?? 0).toBe(0)
})

test('it lets what cannot be read, and says when it could be known, move the clock', () => {
  const late: HistoryItem = { ...bad, available: 40 }
  const steps = { ...ONE, topics: topics('skip') }
  const whole = runSteps(steps, { items: [item('A', 1, 2), late] })
  expect(outputs(whole.result, 'out')).toEqual(['A 1 2', 'A 11 2'])
  const part = runSteps(steps, { items: [item('A', 1, 2), bad] })
  expect(outputs(part.result, 'out')).toEqual(['A 1 2'])
})

test('it settles what cannot be read of a topic that nothing reads', () => {
  const steps = { ...ONE, topics: topics('dead-letter') }
  const { result } = runSteps(steps, { alone: [item('A', 1), bad] })
  expect(result.inputs.get('alone')).toBe(2)
  expect(result.deadLetters.map(({ step }) => step)).toEqual(['alone'])
  const { before } = failureOf(() =>
    runSteps({ ...ONE, topics: topics('fail') }, { alone: [bad], items: [item('A', 1)] }),
  )
  expect(outputs(before, 'out')).toEqual([])
})

test('it keeps what came before a fate of fail, and nothing of what met it', () => {
  const steps = {
    operators,
    topics: topics('fail'),
    steps: `
  a: { from: items, sum: , key: all }
  b: { from: a, pass: }`,
  }
  // The fifth record lets the timer of B fire, and is bad itself.
  const items = [
    item('A', 1, 1),
    item('B', 2, 2),
    item('A', 3, 4),
    item('B', 30, 1),
    item('B', 60, -9),
  ]
  const events: string[] = []
  const failure = failureOf(() => runSteps(steps, { items }, events))
  expect(failure.letter).toMatchObject({ step: 'a', fate: 'bad', place: 'items:60' })
  expect(failure.message).toBe('step "a" cannot take the record at items:60: below zero')
  const { before } = failure
  expect(outputs(before, 'a')).toEqual([
    ...['[] 1 1', '[] 2 2', '[] 3 5'],
    ...['[] 12 2', '[] 13 5', '[] 30 3', '[] 40 3'],
  ])
  expect(outputs(before, 'b')).toEqual([])
  expect(before.state.get('a')?.get('sums')).toEqual(
    new Map([
      ['0 A', { n: 5 }],
      ['0 B', { n: 3 }],
    ]),
  )
  expect(before.timers).toEqual(new Map())
  expect(before.inputs.get('items')).toBe(4)
  expect(before.steps.get('a')).toMatchObject({ records: 4, emitted: 7, fates: { bad: 0 } })
  // It is told once what happened, not again when the run is repeated.
  expect(events.filter((event) => event === 'take items:1')).toHaveLength(1)
})

test('it keeps the timers that fired before one that meets a fate of fail', () => {
  const beat: HistoryItem = { kind: 'heartbeat', available: 100 }
  const items = [item('A', 1, 1), item('B', 2, 60), beat]
  const { letter, before } = failureOf(() =>
    runSteps({ ...ONE, topics: topics('fail') }, { items }),
  )
  expect(letter.place).toBe('timer of s')
  // A's timer fired first, for the same heartbeat.
  expect(outputs(before, 'out')).toEqual(['A 1 1', 'B 2 60', 'A 11 1'])
  expect(before.timers.get('s')).toEqual(new Map([['0 B', 12]]))
})

test('it keeps the tasks before the one that failed whole, and runs none after it', () => {
  const steps = {
    operators,
    topics: topics('fail', 2),
    steps: '  s: { from: items, sum: , to: out }\n  t: { from: out, pass: }',
  }
  const plan = planSteps(steps)
  expect(plan.subTopologies.map(({ partitions }) => partitions)).toEqual([2, 2])
  const all = ['A', 'D'].map((symbol) => item(symbol, 1, 1))
  const failures = ['A', 'D'].map((symbol) =>
    failureOf(() => runSteps(steps, { items: [...all, item(symbol, 2, -9)] })),
  )
  // In one of the two the key that fails is in the second task, so the first is whole.
  const [first, second] = failures.map(({ before }) => outputs(before, 'out').length).sort()
  expect([first, second]).toEqual([1, 2])
  for (const { before } of failures) expect(outputs(before, 't')).toEqual([])
})
