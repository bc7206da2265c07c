import { expect, test } from 'vitest'
import { handPace } from '../items-log.test-data.ts'
import type { RunEvent } from '../report.ts'
import { reportRestore } from './report-restore.ts'

test('tells now and then how far a restore is, and nothing of one that is over soon', () => {
  const pace = handPace()
  const events: RunEvent[] = []
  const report = (event: RunEvent): void => void events.push(event)
  const onRead = reportRestore({ pace, report }, { slot: 1, partition: 3 })
  onRead(1_000, 10_000, 64_000)
  pace.ms = 299
  onRead(1_500, 10_000, 96_000)
  expect(events).toEqual([])
  pace.ms = 400
  onRead(2_000, 10_000, 128_000)
  pace.ms = 500
  onRead(3_000, 10_000, 192_000)
  expect(events).toEqual([
    {
      kind: 'restoring',
      slot: 1,
      partition: 3,
      records: 2_000,
      of: 10_000,
      bytes: 128_000,
      perSecond: 5_000,
      etaMs: 1_600,
    },
  ])
})
