// Makes the topics that a layout needs, and refuses a log on which an input means something else.
import type { Log, TopicAbout } from '../connectors/connector.ts'
import { EngineError } from '../connectors/engine-error.ts'
import type { Layout } from './layout.ts'

/**
 * To be called before workers start.
 * @throws EngineError `topic-differs` if a topic has other partitions, another schema, or was
 * filled under another key or other times than the topology declares.
 */
export async function prepareLog(layout: Layout, log: Log): Promise<void> {
  const known = await log.topics()
  const inputs = [...layout.plan.topics.values()].filter(({ isInput }) => isInput)
  for (const { name, topic } of inputs) {
    const declared = layout.topics.find((each) => each.name === topic)?.about
    const stored = known.get(topic)?.about
    if (declared !== undefined && stored !== undefined) compare(name, topic, declared, stored)
  }
  await log.createTopics(layout.topics)
}

const MEANINGS = ['key', 'time', 'available', 'delay', 'unit'] as const

function compare(name: string, topic: string, declared: TopicAbout, stored: TopicAbout): void {
  for (const meaning of MEANINGS) {
    const [here, there] = [textOf(declared[meaning]), textOf(stored[meaning])]
    if (here === there) continue
    throw new EngineError(
      'topic-differs',
      `topic "${topic}" was filled with ${meaning} ${there}, and "${name}" declares ${here}; ` +
        'feed it anew under another name, or declare what it was filled with',
      { coordinates: { topic } },
    )
  }
}

function textOf(meaning: TopicAbout[(typeof MEANINGS)[number]]): string {
  if (meaning === undefined) return 'not stated'
  return typeof meaning === 'object' ? `[${meaning.join(', ')}]` : String(meaning)
}
