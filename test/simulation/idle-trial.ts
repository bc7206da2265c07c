// The trial of topics that may be idle: when a live run goes on without them is decided by the
// clock on the wall, so the reference interpreter cannot know the answer. But the decisions stand
// in the order log: a run over the same inputs and decisions gives the same again.
import { readInputs } from '../../runtime/ends.ts'
import type { RunResult } from '../../runtime/reference/history.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { rewind } from '../../runtime/rewind.ts'
import { orderTopic } from '../../runtime/topic-names.ts'
import { firstDifference } from './compare.ts'
import type { Histories } from './generate-history.ts'
import type { Story } from './scheduler.ts'
import { play, type Stage } from './stage.ts'
import { together } from './whole-trial.ts'

export interface IdleStory extends Story {
  /** How often a task went on without a topic. */
  readonly idleSkips: number
}

/** @throws with the first difference between the run and its repetition. */
export async function tryIdle(stage: Stage, inputs: Histories): Promise<IdleStory> {
  const { plan, layout, log } = stage
  let idleSkips = 0
  const first = await play(stage, {
    inputs,
    isSlow: true,
    // Where each input may be idle, nobody waits for ever, however far behind it.
    comesToRest: readInputs(plan).every(({ idle }) => idle !== undefined),
    report: (event) => {
      if (event.kind !== 'committed') return
      for (const task of event.tasks) idleSkips += task.idleSkips.length
    },
  })
  const live = await readResults(layout, log)
  checkInputs(inputs, live)
  await dropAllButInputs(stage)
  const second = await play(stage, { inputs: undefined })
  const difference = firstDifference(plan, live, await readResults(layout, log))
  if (difference !== undefined) throw new Error(`when it is repeated, ${difference}`)
  return { ...together(first, second), idleSkips }
}

/** Whatever was decided, every record was taken once. */
function checkInputs(inputs: Histories, { inputs: read }: RunResult): void {
  for (const [topic, items] of inputs) {
    const fed = items.filter(({ kind }) => kind !== 'heartbeat').length
    const taken = read.get(topic) ?? 0
    if (fed !== taken) throw new Error(`inputs of "${topic}": ${taken} instead of ${fed}`)
  }
}

/** What is left: the input topics, and what was decided. */
async function dropAllButInputs({ plan, layout, log }: Stage): Promise<void> {
  const kept = new Set([orderTopic(plan.topology)])
  for (const { isInput, topic } of plan.topics.values()) if (isInput) kept.add(topic)
  for (const { name } of layout.topics) if (!kept.has(name)) await log.deleteTopic(name)
  // What a slot finds says that it begins anew: without commit records, that would be damage.
  await rewind({ layout, log, to: undefined, clearOutputs: true, clearDeadLetters: true })
}
