// The main trial: whatever disturbs the engine, all that it has committed is what the reference
// interpreter gives. Fed at once, or in two parts with an end of the input between them.
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { openDriver } from '../../runtime/driver.ts'
import type { HistoryItem, RunResult } from '../../runtime/reference/history.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { firstDifference } from './compare.ts'
import { clockOf, generateSequel, type Histories } from './generate-history.ts'
import { simulatedOperators } from './operators.ts'
import type { Story } from './scheduler.ts'
import { capturedIn, play, type Stage } from './stage.ts'

/** @throws with the first difference. */
export async function tryWhole(stage: Stage, inputs: Histories): Promise<Story> {
  const story = await play(stage, { inputs })
  await compareWithReference(stage, inputs)
  return story
}

/**
 * The second part is known later than all of the first, which had come to its end. A heartbeat
 * opens every channel again before it comes: one that has ended holds nobody up, so until then what
 * is taken first would rest on what is fetched first.
 */
export async function tryInTwoParts(stage: Stage, inputs: Histories): Promise<Story> {
  const { seed, plan } = stage
  const clock = clockOf(inputs)
  const again = beginAgain(inputs, clock + 1)
  const sequel = generateSequel(seed, plan, clock + 1)
  const first = await play(stage, { inputs })
  await settle(stage, again)
  const second = await play(stage, { inputs: sequel })
  await compareWithReference(stage, joined(inputs, again, sequel))
  return together(first, second)
}

function beginAgain(inputs: Histories, available: number): Histories {
  return new Map([...inputs.keys()].map((topic) => [topic, [{ kind: 'heartbeat', available }]]))
}

/** Without workers: every task takes what was fed, and tells those downstream. */
async function settle({ plan, layout, log }: Stage, inputs: Histories): Promise<void> {
  for (const topic of plan.topics.values()) {
    if (!topic.isInput) continue
    const producer = await log.producer(`feed.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    await feeder.add(inputs.get(topic.name) ?? [])
    await feeder.flush()
  }
  const driver = await openDriver({ layout, operators: simulatedOperators, log })
  await driver.run()
  await driver.close()
}

async function compareWithReference(stage: Stage, inputs: Histories): Promise<void> {
  const { plan, layout, log } = stage
  const expected = reference(stage, inputs)
  const difference = firstDifference(plan, expected, await readResults(layout, log))
  if (difference !== undefined) throw new Error(difference)
}

function reference(stage: Stage, inputs: ReadonlyMap<string, readonly HistoryItem[]>): RunResult {
  const capture = capturedIn(stage)
  return runReference({ plan: stage.plan, operators: simulatedOperators, inputs, capture })
}

function joined(...parts: readonly Histories[]): Histories {
  const topics = [...(parts[0]?.keys() ?? [])]
  return new Map(topics.map((topic) => [topic, parts.flatMap((part) => part.get(topic) ?? [])]))
}

/** Two schedules as one story. */
export function together(first: Story, second: Story): Story {
  const disturbed = new Map(first.disturbed)
  for (const [where, count] of second.disturbed) {
    disturbed.set(where, (disturbed.get(where) ?? 0) + count)
  }
  return { steps: first.steps + second.steps, disturbed }
}
