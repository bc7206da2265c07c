// Runs a plan over histories from beginning to end, on the engine or on the reference interpreter:
// the same records, heartbeats and crashes on both, and the same result wanted of both.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder, type Feeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import type { Operator } from '../../operators/operator.ts'
import type { Plan } from '../../topology/plan.ts'
import { openDriver } from '../driver.ts'
import { makeLayout } from '../layout.ts'
import type { HistoryItem, RunResult } from '../reference/history.ts'
import { runReference } from '../reference/interpreter.ts'
import { readResults } from '../results/read-results.ts'

export type EngineName = 'engine' | 'reference'

export interface Histories {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  /** By the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, readonly HistoryItem[]>
}

/**
 * The result holds the outputs of every step. On the engine the n-th `crash` of each history is one
 * and the same: what stands before it anywhere is fed, taken and committed, then every task is
 * dropped and restored from the log.
 * @throws RecordFailed or StoppedByRecord where a record meets a fate of `fail`; CycleUnsettled.
 */
export async function runHistories(engine: EngineName, histories: Histories): Promise<RunResult> {
  if (engine === 'reference') return runReference({ ...histories, capture: '*' })
  const { plan, operators, inputs } = histories
  const layout = makeLayout(plan, { capture: '*' })
  const log = createMemoryBroker().connect()
  const driver = await openDriver({ layout, operators, log })
  try {
    const feeds = await openFeeds(plan, log, inputs)
    const stages = Math.max(1, ...feeds.map(({ pieces }) => pieces.length))
    for (let stage = 0; stage < stages; stage += 1) {
      if (stage > 0) await driver.crash()
      for (const { feeder, pieces } of feeds) {
        await feeder.add(pieces[stage] ?? [])
        await feeder.flush()
      }
      if (stage === stages - 1) await endAll(feeds)
      await driver.run()
    }
    return await readResults(layout, log)
  } finally {
    await driver.close()
  }
}

interface Feed {
  readonly feeder: Feeder
  /** The history, cut at its crashes. */
  readonly pieces: readonly (readonly InputItem[])[]
}

async function openFeeds(
  { topics }: Plan,
  log: Log,
  inputs: Histories['inputs'],
): Promise<readonly Feed[]> {
  const feeds: Feed[] = []
  for (const topic of topics.values()) {
    if (!topic.isInput) continue
    const producer = await log.producer(`feed.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    feeds.push({ feeder, pieces: cutAtCrashes(inputs.get(topic.name) ?? []) })
  }
  return feeds
}

function cutAtCrashes(items: readonly HistoryItem[]): readonly (readonly InputItem[])[] {
  let piece: InputItem[] = []
  const pieces = [piece]
  for (const item of items) {
    if (item.kind === 'crash') pieces.push((piece = []))
    else piece.push(item)
  }
  return pieces
}

/** At the end every input knows how far the input as a whole has come. */
async function endAll(feeds: readonly Feed[]): Promise<void> {
  const clock = feeds.reduce((last, { feeder }) => Math.max(last, feeder.clock), -Infinity)
  for (const { feeder } of feeds) await feeder.end(clock)
}
