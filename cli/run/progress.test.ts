import { expect, test } from 'vitest'
import type { Restoring } from '../../runtime/report.ts'
import { eventLine, restoreText } from './progress.ts'

const restoring: Restoring = {
  partition: 3,
  records: 1_200_000,
  of: 4_000_000,
  bytes: 60_000_000,
  perSecond: 410_123,
  etaMs: 6_827,
}

test('says how far a restore is, how fast, and how long it takes', () => {
  expect(restoreText(restoring)).toBe(
    'restoring partition 3: 1,200,000 of 4,000,000 (30%), 410k/s, 7 s left',
  )
  expect(restoreText({ ...restoring, records: 40, of: 0, perSecond: 80.4, etaMs: 0 })).toBe(
    'restoring partition 3: 40 of 0 (100%), 80/s, 0 s left',
  )
})

test('shows a problem with the log that stops nothing', () => {
  const [code, message] = ['log-unavailable', 'noting positions of group "t" failed']
  expect(eventLine({ kind: 'log-problem', code, message, coordinates: { group: 't' } })).toBe(
    'log-unavailable: noting positions of group "t" failed',
  )
})

test('says why a local copy is not used', () => {
  const message = 'it is of another history'
  expect(eventLine({ kind: 'local-state-dropped', slot: 1, partition: 3, message })).toBe(
    'the local state of partition 3 is built anew from the log: it is of another history',
  )
  expect(eventLine({ kind: 'local-state-dropped', message })).toBe(message)
})
