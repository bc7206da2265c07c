// The simulation is as good as what it draws: every kind of step, fate and input must occur.
import { expect, test } from 'vitest'
import type { Operator } from '../../operators/operator.ts'
import type { RunResult } from '../../runtime/reference/history.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { type RunOptions, runReference } from '../../runtime/reference/interpreter.ts'
import { RecordFailed } from '../../runtime/reference/ledger.ts'
import type { Plan } from '../../topology/plan.ts'
import { type FedItem, generateHistory } from './generate-history.ts'
import { generateTopology } from './generate-topology.ts'
import { simulatedOperators } from './operators.ts'
import { createRandom } from './random.ts'

const SEEDS = 300

/** In how many seeds each thing occurs. */
function survey(): {
  readonly seen: ReadonlyMap<string, number>
  readonly steps: readonly number[]
} {
  const seen = new Map<string, number>()
  const steps: number[] = []
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { plan } = generateTopology(seed)
    const history = generateHistory(seed, plan)
    const things = new Set<string>()
    const operators = watched(things)
    const result = runOrStop({ plan, operators, inputs: history }, things)
    for (const [id, { records, emitted, fates, held }] of result.steps) {
      const operator = plan.steps.find((step) => step.id === id)?.operator ?? 'input'
      if (records > 0) things.add(`${operator} works`)
      if (emitted > 0) things.add(`${operator} emits`)
      for (const [fate, count] of Object.entries(fates)) if (count > 0) things.add(fate)
      for (const reason of held.keys()) things.add(`held: ${reason.replace(/".*"/, 'x')}`)
    }
    for (const thing of inPlan(plan)) things.add(thing)
    for (const items of history.values()) for (const thing of inHistory(items)) things.add(thing)
    if (result.timers.size > 0) things.add('a timer is left')
    if (result.deadLetters.length > 0) things.add('dead letters')
    if ([...result.outputs.values()].every((records) => records.length === 0)) things.add('nothing')
    for (const thing of things) seen.set(thing, (seen.get(thing) ?? 0) + 1)
    steps.push(plan.steps.length)
  }
  return { seen, steps }
}

/** Where a record fails: what came before. */
function runOrStop(options: RunOptions, things: Set<string>): RunResult {
  try {
    return runReference(options)
  } catch (error) {
    if (!(error instanceof RecordFailed)) throw error
    things.add('a record fails')
    return error.before
  }
}

function watched(things: Set<string>): ReadonlyMap<string, Operator> {
  const watch = (operator: Operator): Operator => ({
    ...operator,
    step: (binding) => {
      const step = operator.step(binding)
      const { onTimer } = step
      if (onTimer === undefined) return step
      const onWatchedTimer: typeof onTimer = (key, at, turn) => {
        things.add(`a timer of ${operator.name} fires`)
        onTimer(key, at, turn)
      }
      return { onRecord: step.onRecord, onTimer: onWatchedTimer }
    },
  })
  return new Map([...simulatedOperators].map(([name, operator]) => [name, watch(operator)]))
}

function inPlan(plan: Plan): readonly string[] {
  const { steps, topics, subTopologies } = plan
  const things: string[] = []
  for (const { partitions, channels } of subTopologies) {
    if (partitions > 1) things.push('several tasks')
    if (channels.length > 1) things.push('channels merged')
    if (channels.some(({ everyTask, via }) => everyTask && via === 'topic')) things.push('copies')
  }
  if ([...topics.values()].some(({ idle }) => idle !== undefined)) {
    things.push('a topic may be idle')
  }
  for (const { channels } of makeLayout(plan).tasks) {
    const sent = channels.filter(({ upstream, idle }) => upstream >= 0 && idle !== undefined)
    for (const { via } of sent) things.push(`a task may be silent, via ${via}`)
  }
  if (subTopologies.length > 2) things.push('three sub-topologies')
  for (const { inputs, outputs } of steps) {
    for (const { via, role, stream, feedback } of inputs) {
      things.push(`via ${via}, ${role}`)
      if (feedback) things.push('feedback')
      if (via === 'topic' && topics.get(stream)?.isInput === false)
        things.push('written topic read')
    }
    for (const { key } of outputs.values()) if (key.length === 0) things.push('key: all')
  }
  return things
}

function inHistory(items: readonly FedItem[]): readonly string[] {
  const things: string[] = items.map(({ kind }) => kind)
  if (items.length === 0) things.push('empty topic')
  let clock = Number.NEGATIVE_INFINITY
  for (const item of items) {
    if (item.kind === 'bad' && item.available !== undefined) things.push('bad with a clock')
    if (item.kind !== 'record') continue
    if (item.value === null) things.push('tombstone')
    if (item.available === clock) things.push('clock stands')
    if (item.available < clock) things.push('clock runs back')
    if (item.time < item.available) things.push('time before available')
    clock = Math.max(clock, item.available)
  }
  return things
}

const operators = ['filter', 'validate', 'derive', 'normalize', 'merge', 'split', 'indicator']
const wanted = [
  ...[...operators, 'bars', 'enrich', 'distinct'].flatMap((name) => [
    `${name} works`,
    `${name} emits`,
  ]),
  ...['bad', 'late', 'duplicate', 'dead letters'],
  ...['feedback', 'order emits', 'fill emits', 'a timer of fill fires'],
  ...['held: filtered', 'held: warming up', 'held: nothing to look up in x yet'],
  ...['a timer of bars fires', 'a timer of distinct fires', 'a timer is left'],
  ...['several tasks', 'channels merged', 'copies', 'three sub-topologies', 'key: all'],
  ...['via local, drives', 'via topic, drives', 'via repartition, drives', 'written topic read'],
  ...['via local, looked-up', 'via topic, looked-up', 'via broadcast, looked-up'],
  'via repartition, looked-up',
  ...['record', 'heartbeat', 'empty topic', 'tombstone', 'clock stands', 'clock runs back'],
  ...['time before available', 'bad', 'bad with a clock', 'a record fails', 'a topic may be idle'],
  ...['a task may be silent, via repartition', 'a task may be silent, via broadcast'],
]

test(`${SEEDS} seeds draw every kind of step, input and fate, and hardly ever nothing`, () => {
  const { seen, steps } = survey()
  const rare = wanted.filter((thing) => (seen.get(thing) ?? 0) < SEEDS / 50)
  expect(rare).toEqual([])
  expect(seen.get('nothing') ?? 0).toBeLessThan(SEEDS / 20)
  expect(Math.max(...steps)).toBeLessThanOrEqual(20)
})

test('a seed draws the same again, and another seed something else', () => {
  const [first, again, other] = [7, 7, 8].map(generateTopology)
  expect(again?.text).toBe(first?.text)
  expect(other?.text).not.toBe(first?.text)
})

test('numbers are spread evenly, and one purpose is apart from another', () => {
  const random = createRandom(1, 'spread')
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 4_000; i += 1) {
    const face = random.int(0, 3)
    counts[face] = (counts[face] ?? 0) + 1
  }
  const apart = createRandom(1, 'other')
  expect(createRandom(1, 'spread').next()).not.toBe(apart.next())
  expect(Math.min(...counts)).toBeGreaterThan(900)
})
