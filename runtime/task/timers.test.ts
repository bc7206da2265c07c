import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Timers as ReferenceTimers } from '../reference/timers.ts'
import { Timers } from './timers.ts'

const operation = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    step: fc.integer({ min: 0, max: 2 }),
    key: fc.constantFrom('A', 'B', 'C'),
    at: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({ kind: fc.constant('take' as const), clock: fc.integer({ min: 0, max: 60 }) }),
)

test('takes timers out as the reference does, whatever is set and moved', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const [timers, reference] = [new Timers(3), new ReferenceTimers()]
      for (const each of operations) {
        if (each.kind === 'set') {
          timers.set(each.step, each.key, each.at)
          reference.set(each.step, each.key, each.at)
        } else {
          expect(timers.takeBefore(each.clock)).toEqual(reference.takeBefore(each.clock))
        }
      }
    }),
    { seed: 7 },
  )
})

test('says what changed since the last time, once', () => {
  const timers = new Timers(2)
  const changes = (): readonly unknown[] => {
    const found: unknown[] = []
    timers.takeChanges((step, key, at) => void found.push([step, key, at]))
    return found
  }
  timers.set(0, 'A', 5)
  timers.set(0, 'A', 7)
  timers.set(1, 'B', 6)
  expect(changes()).toEqual([
    [0, 'A', 7],
    [1, 'B', 6],
  ])
  expect(changes()).toEqual([])
  timers.takeBefore(7)
  timers.set(0, 'A', 7)
  expect(changes()).toEqual([[1, 'B', undefined]])
})

test('a restored timer is no change, and fires', () => {
  const timers = new Timers(1)
  timers.restore(0, 'A', 5)
  timers.takeChanges(() => expect.unreachable())
  expect(timers.takeBefore(6)).toEqual({ step: 0, key: 'A', at: 5 })
})

test('a timer that is put off at every record does not pile up', () => {
  const timers = new Timers(1)
  for (let at = 0; at < 100_000; at += 1) timers.set(0, 'A', at)
  expect(timers.entries).toBeLessThan(5_000)
  expect(timers.takeBefore(100_000)).toEqual({ step: 0, key: 'A', at: 99_999 })
  expect(timers.takeBefore(100_000)).toBeUndefined()
})
