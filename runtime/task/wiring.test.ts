import { expect, test } from 'vitest'
import type { Step } from '../../operators/operator.ts'
import { pass, planSteps } from '../reference/run-steps.test-data.ts'
import { Wiring } from './wiring.ts'

const plan = planSteps({
  operators: [pass],
  steps: '  a: { from: items, pass: }\n  b: { from: [a, items], pass: }\n  c: { from: a, pass: }',
})

function wire(onRecord: Step['onRecord'], wakeAt: () => void = () => undefined): Wiring {
  const steps = plan.steps.map((planned) => ({
    planned,
    step: { onRecord },
    stores: new Map<string, never>(),
  }))
  return new Wiring(steps, { now: () => 7, wakeAt })
}

const record = { key: 'A', value: { symbol: 'A', n: 1 }, time: 1 }

test('gives a stream to those who read it, in the order of the steps', () => {
  const wiring = wire(() => undefined)
  const of = (via: 'topic' | 'local', stream: string) =>
    wiring.consumers(via, stream).map(({ step }) => plan.steps[step]?.id)
  expect(of('topic', 'items')).toEqual(['a', 'b'])
  expect(of('local', 'a')).toEqual(['b', 'c'])
  expect(of('local', 'nothing')).toEqual([])
})

test('collects what the turn in hand did', () => {
  const wiring = wire((_record, turn) => {
    turn.emit({ symbol: 'A', n: turn.now })
    turn.hold('one of two')
  })
  wiring.consumers('topic', 'items')[0]?.entrance.next(record)
  expect(wiring.turn).toMatchObject({
    emitted: [{ value: { n: 7 }, time: 1, output: 'main' }],
    held: ['one of two'],
    fate: undefined,
  })
  expect(wiring.turns).toBe(1)
})

test('a step that throws gives its record the bad fate, and the next one passes', () => {
  let isFirst = true
  const wiring = wire(({ value }, turn) => {
    if (value !== null) turn.emit(value)
    const fails = isFirst
    isFirst = false
    if (fails) throw new Error('no number')
  })
  const [consumer] = wiring.consumers('topic', 'items')
  consumer?.entrance.next(record)
  expect(wiring.turn).toMatchObject({ emitted: [], fate: 'bad', reason: 'no number' })
  wiring.turn.fate = undefined
  consumer?.entrance.next(record)
  expect(wiring.turn.emitted).toHaveLength(1)
  wiring.assertOpen()
})

test('notices a subscription that has closed, and why', () => {
  const fault = new Error('the timers are gone')
  const wiring = wire(
    ({ key }, turn) => turn.wakeAt(key, 9),
    () => {
      throw fault
    },
  )
  wiring.assertOpen()
  const [consumer] = wiring.consumers('topic', 'items')
  consumer?.entrance.next(record)
  expect(() => wiring.assertOpen()).toThrow('a subscription of the task has closed')
  try {
    wiring.assertOpen()
  } catch (error) {
    expect((error as Error).cause).toBe(fault)
  }
  // What RxJS would do with every record from then on: nothing.
  consumer?.entrance.next(record)
  expect(wiring.turns).toBe(1)
})

test('processes nothing after it was closed', () => {
  const wiring = wire(() => undefined)
  wiring.close()
  wiring.consumers('topic', 'items')[0]?.entrance.next(record)
  expect(wiring.turns).toBe(0)
  expect(() => wiring.assertOpen()).toThrow('closed')
})
