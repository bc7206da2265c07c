// Makes the topics that a layout needs, and refuses a log on which an input means something else.
import type { Log, TopicAbout, TopicSpec } from '../connectors/connector.ts'
import { EngineError } from '../topology/engine-error.ts'
import type { Layout } from './layout.ts'

/**
 * To be called before workers start.
 * @throws EngineError `topic-differs` if a topic has other partitions, another schema, or was
 * filled under another key or other times than the topology declares.
 */
export async function prepareLog(layout: Layout, log: Log): Promise<void> {
  for (const { topic, problem } of meaningProblems(layout, await log.topics())) {
    throw new EngineError('topic-differs', problem, { coordinates: { topic } })
  }
  await log.createTopics(layout.topics)
}

/** Inputs that were filled under another key or other times than the topology declares. */
export function meaningProblems(
  { plan, topics }: Layout,
  known: ReadonlyMap<string, TopicSpec>,
): readonly { readonly topic: string; readonly problem: string }[] {
  return [...plan.topics.values()].flatMap(({ name, topic, isInput }) => {
    const spec = topics.find((each) => each.name === topic)
    const stored = known.get(topic)?.about
    if (!isInput || spec?.about === undefined || stored === undefined) return []
    const problem = meaningProblem(name, spec, spec.about, stored)
    return problem === undefined ? [] : [{ topic, problem }]
  })
}

/** What `available` was computed from, where the topology names no field that holds it. */
const TIMES = ['time', 'available', 'delay', 'unit'] as const

function meaningProblem(
  name: string,
  { name: topic, partitions }: TopicSpec,
  declared: TopicAbout,
  stored: TopicAbout,
): string | undefined {
  // In one partition every key has its place; and a time that is read from a field is right
  // whatever stands beside the value.
  const keys = partitions > 1 ? (['key'] as const) : []
  const times = declared.available === undefined ? TIMES : []
  for (const meaning of [...keys, ...times]) {
    const [here, there] = [textOf(declared[meaning]), textOf(stored[meaning])]
    if (here === there) continue
    return (
      `topic "${topic}" was filled with ${meaning} ${there}, and "${name}" declares ${here}; ` +
      'feed it anew under another name, or declare what it was filled with'
    )
  }
  return undefined
}

function textOf(meaning: TopicAbout['key' | (typeof TIMES)[number]]): string {
  if (meaning === undefined) return 'not stated'
  return typeof meaning === 'object' ? `[${meaning.join(', ')}]` : String(meaning)
}
