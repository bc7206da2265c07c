// Runs a plan over histories on a log, from feeding to results: what the reference interpreter
// does, by the engine.
import { createFeeder, type Feeder } from '../connectors/feed/feeder.ts'
import type { Log } from '../connectors/connector.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import type { Operator } from '../operators/operator.ts'
import type { Plan, PlannedTopic } from '../topology/plan.ts'
import { USUAL_COMMIT, USUAL_FETCH, USUAL_STORE_BYTES } from './defaults.ts'
import { findEnds, readInputs } from './ends.ts'
import { type LayoutOptions, makeLayout } from './layout.ts'
import { type Pace, processPace } from './pace.ts'
import type { RunResult } from './reference/history.ts'
import type { Report } from './report.ts'
import { readResults } from './results/read-results.ts'
import type { CommitPace } from './slot/options.ts'
import { startWorker } from './worker.ts'

export interface HistoryRun extends LayoutOptions {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  /** By the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, readonly InputItem[]>
  readonly log: Log
  readonly commit?: CommitPace
  readonly pace?: Pace
  readonly report?: Report
}

export async function runHistory(run: HistoryRun): Promise<RunResult> {
  const { plan, operators, log, commit = USUAL_COMMIT, pace = processPace } = run
  const layout = makeLayout(plan, run)
  await log.createTopics(layout.topics)
  await feedInputs(plan, log, run.inputs)
  const ends = await findEnds(plan, log)
  const worker = startWorker({
    layout,
    operators,
    log,
    pace,
    commit,
    fetchRecords: USUAL_FETCH,
    ends,
    storeBytes: USUAL_STORE_BYTES,
    report: run.report ?? (() => undefined),
  })
  await worker.done
  return readResults(layout, log)
}

/** Feeds every input that is read, then ends all of them at the greatest clock of any. */
export async function feedInputs(
  plan: Plan,
  log: Log,
  inputs: ReadonlyMap<string, readonly InputItem[]>,
): Promise<void> {
  const feeders: Feeder[] = []
  for (const topic of readInputs(plan)) {
    const feeder = await openFeeder(log, topic)
    await feeder.add(inputs.get(topic.name) ?? [])
    feeders.push(feeder)
  }
  const clock = feeders.reduce((last, feeder) => Math.max(last, feeder.clock), -Infinity)
  for (const feeder of feeders) await feeder.end(clock)
}

async function openFeeder(log: Log, topic: PlannedTopic): Promise<Feeder> {
  const producer = await log.producer(`feed.${topic.topic}`)
  return createFeeder({ producer, topic, partitions: topic.partitions })
}
