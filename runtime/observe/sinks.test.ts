import { expect, test } from 'vitest'
import type { SinkEvent } from '../report.ts'
import { layoutOfItems } from '../sink/sink-rig.test-data.ts'
import { observeRun } from './observe-run.ts'

const AWAY = { code: 'sink-unavailable', message: 'nobody answers', coordinates: { port: 5432 } }
const AT = { sink: 'copy', partition: 1, position: 40, stable: 100 }

const OPENED: SinkEvent = { kind: 'sink-opened', sink: 'copy', ms: 12 }
const CLAIMED: SinkEvent = { kind: 'sink-claimed', ...AT, isLate: false }
const WRITTEN: SinkEvent = { kind: 'sink-written', ...AT, position: 90, records: 50, ms: 7 }
const BEGAN: SinkEvent = { kind: 'sink-away', sink: 'copy', ...AWAY }
const LATER = { ...AT, position: 90, stable: 300 }
const RETRYING: SinkEvent = {
  ...{ kind: 'sink-retrying', sink: 'copy', ...AWAY },
  ...{ attempt: 3, standing: LATER },
}
const BACK: SinkEvent = { kind: 'sink-back', sink: 'copy', ms: 400 }
const REFUSED: SinkEvent = {
  ...{ kind: 'sink-refused', sink: 'copy', fate: 'skip', topic: 'items', partition: 1 },
  ...{ offset: 44, records: 3, reason: 'it is too long' },
}
const RELEASED: SinkEvent = { kind: 'sink-released', sink: 'copy', partition: 1, reason: 'gone' }
const FAILED: SinkEvent = { kind: 'sink-ended', sink: 'copy', failure: AWAY, ends: 'sink' }

function observed(events: readonly SinkEvent[]) {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line.slice('hh:mm:ss '.length).trimEnd())
  const layout = layoutOfItems
  const { report, registry, status } = observeRun({
    layout,
    level: 'info',
    isTerminal: true,
    write,
  })
  for (const event of events) report(event)
  return { lines, registry, sinks: status().sinks }
}

test.each<[string, readonly SinkEvent[], object]>([
  ['runs', [OPENED, CLAIMED, WRITTEN], { state: 'running', failure: undefined }],
  ['is away', [OPENED, CLAIMED, BEGAN, RETRYING], { state: 'away', failure: AWAY }],
  ['was never there', [BEGAN], { state: 'away', partitions: [] }],
  ['is back', [OPENED, BEGAN, RETRYING, BACK], { state: 'running', failure: undefined }],
  ['has let go', [OPENED, CLAIMED, RELEASED], { state: 'running', partitions: [] }],
  ['has failed', [OPENED, CLAIMED, FAILED], { state: 'ended', failure: AWAY, partitions: [] }],
])('a sink that %s says so', (_, events, status) => {
  expect(observed(events).sinks).toMatchObject([{ sink: 'copy', ...status }])
})

test('metrics say what was written, refused and tried, and how far it is behind', async () => {
  const { registry } = observed([OPENED, CLAIMED, WRITTEN, REFUSED, BEGAN, RETRYING])
  const text = await registry.metrics()
  const values = text.split('\n').filter((line) => /^millrace_sink_(?!write_seconds_b)/.test(line))
  expect(values.toSorted()).toEqual([
    'millrace_sink_lag_records{sink="copy",partition="1",topology="t"} 210',
    'millrace_sink_position{sink="copy",partition="1",topology="t"} 90',
    'millrace_sink_records_total{sink="copy",topology="t"} 50',
    'millrace_sink_refused_total{sink="copy",fate="skip",topology="t"} 3',
    'millrace_sink_retries_total{sink="copy",code="sink-unavailable",topology="t"} 1',
    'millrace_sink_up{sink="copy",topology="t"} 0',
    'millrace_sink_write_seconds_count{topology="t",sink="copy"} 1',
    'millrace_sink_write_seconds_sum{topology="t",sink="copy"} 0.007',
  ])
})

test('log lines name places, and never what is in a record', () => {
  const all = [OPENED, CLAIMED, WRITTEN, REFUSED, BEGAN, RETRYING, BACK, RELEASED, FAILED]
  expect(observed(all).lines).toEqual([
    'info  sink-opened sink=copy ms=12: it is connected',
    'info  sink-claimed sink=copy partition=1 position=40 lagRecords=60: ' +
      'this process writes the partition from 40 on',
    'warn  sink-refused sink=copy topic=items partition=1 offset=44 records=3: ' +
      'records that it cannot take are left out: items/1@44 and 2 others: it is too long',
    'warn  sink-away sink=copy code=sink-unavailable port=5432: nobody answers',
    'info  sink-back sink=copy ms=400: it goes well again',
    'info  sink-released sink=copy partition=1: gone',
    'error sink-ended sink=copy code=sink-unavailable port=5432: ' +
      'it has ended; the run goes on without it: nobody answers',
  ])
})
