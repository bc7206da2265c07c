import { expect, test } from 'vitest'
import type { RunEvent } from '../report.ts'
import { closed, committed, opened, retrying, stalled, twoSteps } from './events.test-data.ts'
import { followRun } from './run-status.ts'

function statusAfter(...events: readonly RunEvent[]) {
  const { report, status } = followRun(twoSteps())
  for (const event of events) report(event)
  return status()
}

const opening: RunEvent = { kind: 'slot-opening', slot: 0 }
const failed: RunEvent = { kind: 'failed', slot: 0, code: 'c', message: 'm', coordinates: {} }

test.each([
  ['nothing', [], undefined],
  ['an opening', [opening], 'restoring'],
  ['an open slot', [opening, opened(1)], 'running'],
  ['a fault that may pass', [opening, opened(1), retrying], 'retrying'],
  ['the opening after it', [opening, opened(1), retrying, opening], 'retrying'],
  ['an open slot again', [opening, opened(1), retrying, opening, opened(2)], 'running'],
  ['what stops it', [opening, opened(1), failed], 'failed'],
  ['what stops it, once closed', [opening, opened(1), closed(1), failed], 'failed'],
  ['its end', [opening, opened(1), closed(1)], undefined],
] as const)('knows the state of a slot after %s', (_what, events, state) => {
  expect(statusAfter(...events).slots[0]?.state).toBe(state)
})

test('says why a slot is not well, until it is', () => {
  const why = { code: 'log-unavailable', message: 'the log cannot be reached' }
  expect(statusAfter(opened(1), retrying).slots[0]?.failure).toMatchObject(why)
  expect(statusAfter(opened(1), retrying, opened(2)).slots[0]?.failure).toBeUndefined()
})

test('knows what a task waits for, until it takes something or is opened anew', () => {
  const waitsFor = (...events: readonly RunEvent[]) => statusAfter(...events).tasks[0]?.waitsFor
  expect(waitsFor(opened(1), stalled())).toBe('others/1')
  expect(waitsFor(opened(1), stalled(), committed(1))).toBeUndefined()
  expect(waitsFor(opened(1), stalled(), opened(2))).toBeUndefined()
})

test('forgets the tasks of a slot that has left, and no others', () => {
  const { tasks } = statusAfter(opened(1), opened(1, { task: '0_1' }, 1), closed(1))
  expect(tasks.map(({ task, slot }) => [task, slot])).toEqual([['0_1', 1]])
})

test('knows how far a restore is, until the slot is open', () => {
  const far = { partition: 0, records: 3, of: 9, bytes: 90, perSecond: 5, etaMs: 1_200 }
  const restoring: RunEvent = { kind: 'restoring', slot: 0, ...far }
  expect(statusAfter(opening, restoring).slots[0]).toMatchObject({
    state: 'restoring',
    restoring: far,
  })
  expect(statusAfter(opening, restoring, opened(1)).slots[0]?.restoring).toBeUndefined()
})
