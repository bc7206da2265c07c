// Makes the topics that a layout needs, and refuses a log on which an input means something else.
import type { Log, TopicAbout, TopicSpec } from '../connectors/connector.ts'
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
    const spec = layout.topics.find((each) => each.name === topic)
    const stored = known.get(topic)?.about
    if (spec?.about !== undefined && stored !== undefined) compare(name, spec, spec.about, stored)
  }
  await log.createTopics(layout.topics)
}

/** What `available` was computed from, where the topology names no field that holds it. */
const TIMES = ['time', 'available', 'delay', 'unit'] as const

function compare(name: string, spec: TopicSpec, declared: TopicAbout, stored: TopicAbout): void {
  // In one partition every key has its place; and a time that is read from a field is right
  // whatever stands beside the value.
  if (spec.partitions > 1) refuseOther('key', name, spec, declared, stored)
  if (declared.available !== undefined) return
  for (const meaning of TIMES) refuseOther(meaning, name, spec, declared, stored)
}

function refuseOther(
  meaning: 'key' | (typeof TIMES)[number],
  name: string,
  { name: topic }: TopicSpec,
  declared: TopicAbout,
  stored: TopicAbout,
): void {
  const [here, there] = [textOf(declared[meaning]), textOf(stored[meaning])]
  if (here === there) return
  throw new EngineError(
    'topic-differs',
    `topic "${topic}" was filled with ${meaning} ${there}, and "${name}" declares ${here}; ` +
      'feed it anew under another name, or declare what it was filled with',
    { coordinates: { topic } },
  )
}

function textOf(meaning: TopicAbout['key' | (typeof TIMES)[number]]): string {
  if (meaning === undefined) return 'not stated'
  return typeof meaning === 'object' ? `[${meaning.join(', ')}]` : String(meaning)
}
