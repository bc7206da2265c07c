// The main trial: whatever disturbs the engine, all that it has committed is what the reference
// interpreter gives. Fed at once, or in two parts with an end of the input between them.
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

/** The second part is known later than all of the first, which had come to its end. */
export async function tryInTwoParts(stage: Stage, inputs: Histories): Promise<Story> {
  const { seed, plan } = stage
  const sequel = generateSequel(seed, plan, clockOf(inputs))
  const first = await play(stage, { inputs })
  const second = await play(stage, { inputs: sequel })
  await compareWithReference(stage, joined(inputs, sequel))
  return together(first, second)
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

function joined(first: Histories, second: Histories): Histories {
  return new Map(
    [...first].map(([topic, items]) => [topic, [...items, ...(second.get(topic) ?? [])]]),
  )
}

/** Two schedules as one story. */
export function together(first: Story, second: Story): Story {
  const disturbed = new Map(first.disturbed)
  for (const [where, count] of second.disturbed) {
    disturbed.set(where, (disturbed.get(where) ?? 0) + count)
  }
  return { steps: first.steps + second.steps, disturbed }
}
