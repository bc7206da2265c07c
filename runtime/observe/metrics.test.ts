import { expect, test } from 'vitest'
import { metricValues } from '../../test/metric-values.ts'
import type { RunEvent } from '../report.ts'
import {
  closed,
  committed,
  counts,
  opened,
  retrying,
  stalled,
  twoSteps,
} from './events.test-data.ts'
import { observeRun } from './observe-run.ts'

function observed(...events: readonly RunEvent[]) {
  const run = observeRun({
    layout: twoSteps(),
    level: 'silent',
    isTerminal: false,
    write: () => undefined,
  })
  for (const event of events) run.report(event)
  return {
    ...run,
    values: async (name: string) =>
      Object.fromEntries(metricValues(await run.registry.metrics(), `millrace_${name}`)),
  }
}

test('names every metric of a run, and labels it with the topology', async () => {
  const { registry } = observed(opened(1), committed(1))
  const text = await registry.metrics()
  const own = [...text.matchAll(/^# TYPE (millrace_\w+) (\w+)$/gm)].map(([, name, type]) => {
    return `${name} ${type}`
  })
  expect(own.toSorted()).toMatchInlineSnapshot(`
    [
      "millrace_commit_seconds histogram",
      "millrace_commits_total counter",
      "millrace_idle_skips_total counter",
      "millrace_lag_records gauge",
      "millrace_lag_seconds gauge",
      "millrace_records_total counter",
      "millrace_restore_records gauge",
      "millrace_restore_seconds gauge",
      "millrace_retries_total counter",
      "millrace_sink_lag_records gauge",
      "millrace_sink_position gauge",
      "millrace_sink_records_total counter",
      "millrace_sink_refused_total counter",
      "millrace_sink_retries_total counter",
      "millrace_sink_up gauge",
      "millrace_sink_write_seconds histogram",
      "millrace_stalled gauge",
      "millrace_state_bytes gauge",
      "millrace_step_emitted_total counter",
      "millrace_step_fates_total counter",
      "millrace_step_held_total counter",
      "millrace_step_records_total counter",
      "millrace_task_clock_seconds gauge",
    ]
  `)
  expect(text).toContain('process_cpu_seconds_total{topology="t"}')
  expect(text).toContain('millrace_commits_total{topology="t"} 1')
})

test('starts counters of steps and topics at zero', async () => {
  const { values } = observed()
  expect(await values('records_total')).toEqual({ 'topic=items': 0 })
  expect(await values('step_records_total')).toEqual({ 'step=first': 0, 'step=second': 0 })
  expect((await values('step_fates_total'))['fate=late,step=second']).toBe(0)
})

test('counts what was committed here, not what others had before', async () => {
  const { values } = observed(
    opened(1, { counts: counts(100) }),
    committed(1, { counts: counts(107, { emitted: 103, late: 2, held: { filtered: 2 } }) }),
    committed(1, { counts: counts(110, { emitted: 104, late: 3, held: { filtered: 3 } }) }),
  )
  expect(await values('records_total')).toEqual({ 'topic=items': 10 })
  expect((await values('step_records_total'))['step=first']).toBe(10)
  expect((await values('step_emitted_total'))['step=first']).toBe(4)
  expect((await values('step_fates_total'))['fate=late,step=first']).toBe(3)
  expect(await values('step_held_total')).toEqual({ 'reason=filtered,step=first': 3 })
})

test('counts a commit whose outcome it only learns when the slot is open again', async () => {
  const { values } = observed(
    opened(1),
    committed(1, { counts: counts(5) }),
    retrying,
    opened(2, { counts: counts(8) }),
    committed(2, { counts: counts(9) }),
  )
  expect(await values('records_total')).toEqual({ 'topic=items': 9 })
  expect(await values('retries_total')).toEqual({ 'code=log-unavailable': 1 })
})

test('leaves out what others committed while the slot was theirs', async () => {
  const { values } = observed(
    opened(1),
    committed(1, { counts: counts(5) }),
    closed(1),
    opened(3, { counts: counts(500) }),
    committed(3, { counts: counts(501) }),
  )
  expect(await values('records_total')).toEqual({ 'topic=items': 6 })
})

test('does not hear a fenced worker of this process any more', async () => {
  const { values, status } = observed(
    opened(1),
    opened(2, { counts: counts(5) }),
    committed(1, { counts: counts(5) }),
    closed(1),
    committed(2, { counts: counts(7) }),
  )
  expect(await values('records_total')).toEqual({ 'topic=items': 7 })
  expect(status().slots).toMatchObject([{ slot: 0, state: 'running' }])
})

test('keeps to counts that only rise when a rewind takes totals back', async () => {
  const { values } = observed(
    opened(1),
    committed(1, { counts: counts(5) }),
    opened(2, { counts: counts(0) }),
    committed(2, { counts: counts(2) }),
  )
  expect(await values('records_total')).toEqual({ 'topic=items': 7 })
})

test('says how far behind readers of a partition are, and each task in time', async () => {
  const of = (task: string, position: number, clock: number) => {
    const sources = [{ topic: 'items', partition: 1, position, stable: 10 }]
    return { task, sources, clock, fetchedClock: 9_500_000 }
  }
  const { values } = observed(
    opened(1, { task: '0_1' }),
    committed(1, of('0_1', 10, 9_500_000)),
    committed(1, of('1_1', 4, 7_000_000)),
    committed(1, { task: '2_1' }),
  )
  expect(await values('lag_records')).toEqual({ 'partition=1,topic=items': 6 })
  expect(await values('lag_seconds')).toEqual({ 'task=0_1': 0, 'task=1_1': 2.5 })
  expect(await values('task_clock_seconds')).toEqual({ 'task=0_1': 9.5, 'task=1_1': 7 })
})

test('shows a stalled task until it takes something, with its lag', async () => {
  const late = [{ topic: 'items', partition: 0, position: 3, stable: 90 }]
  const run = observed(opened(1))
  expect(await run.values('stalled')).toEqual({ 'task=0_0': 0 })
  run.report(stalled({ sources: late }))
  expect(await run.values('stalled')).toEqual({ 'task=0_0': 1 })
  expect(await run.values('lag_records')).toEqual({ 'partition=0,topic=items': 87 })
  run.report(committed(1))
  expect(await run.values('stalled')).toEqual({ 'task=0_0': 0 })
})

test('adds up stores over tasks, and commits by how long they took', async () => {
  const stores = [{ step: 'first', store: 'sums', bytes: 250 }]
  const { values } = observed(
    opened(1, { stores }),
    opened(1, { task: '0_1', stores }, 1),
    committed(1, { stores, idleSkips: ['items', 'items'] }),
  )
  expect(await values('state_bytes')).toEqual({ 'step=first,store=sums': 500 })
  expect(await values('restore_seconds')).toEqual({ 'slot=0': 0.04, 'slot=1': 0.04 })
  expect(await values('idle_skips_total')).toEqual({ 'topic=items': 2 })
  expect(await values('commit_seconds_sum')).toEqual({ '': 0.003 })
  expect(await values('commit_seconds_bucket')).toMatchObject({ 'le=0.0025': 0, 'le=0.005': 1 })
})

test('forgets the gauges of a slot that has left, and keeps what it counted', async () => {
  const task = { clock: 1_000_000, fetchedClock: 1_000_000, counts: counts(3) }
  const { values } = observed(opened(1), committed(1, task), closed(1))
  expect(await values('task_clock_seconds')).toEqual({})
  expect(await values('restore_seconds')).toEqual({})
  expect(await values('records_total')).toEqual({ 'topic=items': 3 })
})

test('copies counts that go on changing', async () => {
  const items = { records: 1, bad: 0 }
  const event = committed(1, { counts: { steps: {}, inputs: { items } } })
  const { values, report } = observed(opened(1), event)
  items.records = 5
  report(event)
  expect(await values('records_total')).toEqual({ 'topic=items': 5 })
})
