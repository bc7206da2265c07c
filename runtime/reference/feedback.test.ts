import { expect, test } from 'vitest'
import { operator } from '../../operators/operator.ts'
import { DOUBLE } from '../../schemas/type.ts'
import { nothing, number, stream, struct } from '../../topology/config.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { HistoryItem } from './history.ts'
import { item, pass, runBlind, runSteps } from './run-steps.test-data.ts'

const back = stream({ summary: 'What comes back.', feedback: true })

const SENT = [
  [5, 1],
  [3, 2],
  [3, 3],
] as const

/** Sends three records on at their own times; what comes back leaves by `seen`. */
const fork = operator({
  name: 'fork',
  summary: 'Three of one.',
  config: struct({ back }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input, seen: input }, stores: {}, lookback: 0 }),
  example: '',
  step: () => ({
    onRecord: ({ value }, turn, input) => {
      if (value === null) return
      if (input !== 'main') turn.emit(value, { output: 'seen' })
      else for (const [time, n] of SENT) turn.emit({ ...value, n }, { time })
    },
  }),
})

/** Counts what comes back, and sends it on until it has counted `most`. */
const count = operator({
  name: 'count',
  summary: 'Counts.',
  config: struct({ back, most: number({ summary: 'When it stops.', default: 0 }) }),
  fates: ['bad'],
  infer: ({ step, input }) => ({
    outputs: { main: input },
    stores: {
      counts: {
        key: input.key,
        entry: inferredRecord(`${step}-counts`, [{ name: 'n', type: DOUBLE }]),
      },
    },
    lookback: 0,
  }),
  example: '',
  step: ({ config, store }) => {
    const counts = store<{ n: number }>('counts')
    return {
      onRecord: ({ key, value }, turn, input) => {
        if (value === null) return
        const entry = counts.edit(key, () => ({ n: 0 }))
        if (input !== 'main') entry.n += 1
        const isAsked = input === 'main' || entry.n < config.most
        if (isAsked) turn.emit({ ...value, n: entry.n })
      },
    }
  },
})

/** Sends a record on ten microseconds later, when a timer fires. */
const later = operator({
  name: 'later',
  summary: 'Waits.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
  example: '',
  step: () => ({
    onRecord: ({ key, time }, turn) => turn.wakeAt(key, time + 10),
    onTimer: (key, at, turn) => turn.emit({ symbol: key, n: -1 }, { time: at }),
  }),
})

/** What steps emit, in order, as `step.output n`, and what is left of it all. */
function run(steps: string, ...items: readonly HistoryItem[]) {
  return runSteps({ operators: [fork, count, later, pass], steps }, { items })
}

test('it delivers what is fed back when the cascade has ended, by time, then sequence', () => {
  const { events, result } = run(
    `
  a: { from: items, fork: { back: b } }
  b: { from: a, pass: }
  c: { from: b, pass: }`,
    item('A', 7),
    item('B', 8),
  )
  const one = [
    ...['a.main 1', 'a.main 2', 'a.main 3'],
    ...['b.main 1', 'c.main 1', 'b.main 2', 'c.main 2', 'b.main 3', 'c.main 3'],
    ...['a.seen 2', 'a.seen 3', 'a.seen 1'],
  ]
  expect(events).toEqual(['take items:7', ...one, 'take items:8', ...one])
  const seen = result.outputs.get('a.seen')?.map(({ time, available }) => [time, available])
  expect(seen?.slice(0, 3)).toEqual([
    [3, 7],
    [3, 7],
    [5, 7],
  ])
})

test('it gives an entry to all that it is fed back to before it takes the next', () => {
  const { events } = run(
    `
  a: { from: items, count: { back: c, most: 3 } }
  b: { from: items, count: { back: c, most: 2 } }
  c: { from: [a, b], pass: }`,
    item('A', 1),
  )
  expect(events.slice(1)).toEqual([
    ...['a.main 0', 'c.main 0', 'b.main 0', 'c.main 0'],
    // The first: to a, which sends it round again, and to b before that comes back.
    ...['a.main 1', 'c.main 1', 'b.main 1', 'c.main 1'],
    // The second: a counts 2, b has had enough. Then what the first led to.
    ...['a.main 2', 'c.main 2'],
  ])
})

test('it drains the queue of a timer before the next timer fires', () => {
  const { events } = run(
    `
  a: { from: items, count: { back: d, most: 0 } }
  w: { from: a, later: }
  d: { from: w, pass: }`,
    item('A', 1),
    item('B', 1),
    item('A', 100),
  )
  expect(events).toEqual([
    ...['take items:1', 'a.main 0', 'take items:1', 'a.main 0', 'take items:100'],
    ...['w.main -1', 'd.main -1', 'w.main -1', 'd.main -1'],
    'a.main 1',
  ])
})

test('it counts a step of its own stream, and shows state at the end', () => {
  const { result } = run('  a: { from: items, count: { back: a, most: 4 } }', item('A', 1))
  expect(result.outputs.get('a')?.map(({ value }) => value.n)).toEqual([0, 1, 2, 3])
  expect(result.state).toEqual(
    new Map([['a', new Map([['counts', new Map([['0 A', { n: 4 }]])]])]]),
  )
})

test('it stops a cycle that does not settle, and names its steps', { timeout: 60_000 }, () => {
  const steps = `
  a: { from: items, count: { back: c, most: 1000000000 } }
  b: { from: items, pass: }
  c: { from: a, pass: }`
  const operators = [count, pass]
  const runEndless = () => runBlind({ operators, steps }, { items: [item('A', 1)] })
  expect(runEndless).toThrow(
    expect.objectContaining({
      name: 'CycleUnsettled',
      steps: ['a', 'c'],
      message:
        'steps "a", "c" feed back without end: the record at items:1 led to more than ' +
        '1,000,000 deliveries',
    }),
  )
})
