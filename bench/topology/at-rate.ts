// Feeds history at a rate by the wall clock, to an engine that runs meanwhile. A record is late by
// the time from when it was due to the commit that covers it, as the counts of tasks tell: of
// records that come together none is told from another.
import * as hdr from 'hdr-histogram-js'
import { type CrewOptions, startCrew } from '../../cli/run/crew.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { readInputs } from '../../runtime/ends.ts'
import { processPace } from '../../runtime/pace.ts'
import type { RunEvent } from '../../runtime/report.ts'
import type { Log } from '../../connectors/connector.ts'
import type { Plan } from '../../topology/plan.ts'

/** Milliseconds. */
export interface Lateness {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Records that no task had counted long after the last was due. */
  readonly missing: number
}

export interface AtRate {
  readonly crewOf: Omit<CrewOptions, 'ends' | 'report'>
  readonly plan: Plan
  readonly log: Log
  readonly histories: ReadonlyMap<string, readonly InputItem[]>
  /** Records a second, of all inputs together. */
  readonly rate: number
  readonly onCommit: () => void
}

const PATIENCE_MS = 30_000
const MOST_MICROS = 600_000_000

export async function runAtRate({ crewOf, onCommit, ...given }: AtRate): Promise<Lateness> {
  const { plan, log, histories, rate } = given
  const total = [...histories.values()].reduce((sum, items) => sum + items.length, 0)
  const began = performance.now()
  const dueAt = (record: number): number => began + (record * 1000) / rate
  const latencies = hdr.build({ highestTrackableValue: MOST_MICROS })
  const byTask = new Map<string, number>()
  let committed = 0
  const note = (event: RunEvent): void => {
    if (event.kind !== 'committed') return
    onCommit()
    for (const { task, counts } of event.tasks) {
      const inputs = Object.values(counts.inputs)
      byTask.set(
        task,
        inputs.reduce((sum, { records }) => sum + records, 0),
      )
    }
    const now = performance.now()
    const sum = [...byTask.values()].reduce((all, each) => all + each, 0)
    for (; committed < sum; committed += 1) {
      const late = Math.max(0, Math.round((now - dueAt(committed)) * 1000))
      latencies.recordValue(Math.min(MOST_MICROS, late))
    }
  }
  const crew = await startCrew({ ...crewOf, ends: undefined, report: note })
  const failed = crew.done.then(() => new Promise<never>(() => undefined))
  try {
    const work = async (): Promise<void> => {
      await feedAtRate(plan, log, histories, dueAt)
      const last = performance.now() + PATIENCE_MS
      while (committed < total && performance.now() < last) await processPace.pause(1)
    }
    await Promise.race([work(), failed])
  } finally {
    await crew.stop()
  }
  const at = (percent: number): number => latencies.getValueAtPercentile(percent) / 1000
  return { p50: at(50), p99: at(99), max: latencies.maxValue / 1000, missing: total - committed }
}

/** One record of each input in turn, then all their ends. */
async function feedAtRate(
  plan: Plan,
  log: Log,
  histories: AtRate['histories'],
  dueAt: (record: number) => number,
): Promise<void> {
  const lanes = []
  for (const topic of readInputs(plan)) {
    const producer = await log.producer(`feed.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    lanes.push({ feeder, items: histories.get(topic.name) ?? [], next: 0 })
  }
  for (let sent = 0; lanes.some(({ next, items }) => next < items.length);) {
    const now = performance.now()
    while (dueAt(sent) <= now) {
      const open = lanes.filter(({ next, items }) => next < items.length)
      const lane = open[sent % open.length]
      if (lane === undefined) break
      await lane.feeder.add(lane.items.slice(lane.next, lane.next + 1))
      lane.next += 1
      sent += 1
    }
    for (const { feeder } of lanes) await feeder.flush()
    await processPace.pause(1)
  }
  const clock = Math.max(...lanes.map(({ feeder }) => feeder.clock))
  for (const { feeder } of lanes) await feeder.end(clock)
}
