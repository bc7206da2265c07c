// Feeds files to a topic, one after the other.
import { readFiles } from '../history-files.ts'
import { inputTopic } from '../topic-about.ts'
import { type Feeding, feedTopics } from './feed-topics.ts'
import type { Target } from './find-target.ts'
import { atRate } from './paced.ts'

export async function feedFiles(
  paths: readonly string[],
  target: Target,
  feeding: Feeding,
): Promise<void> {
  const ignored = new Map<string, number>()
  const topic = inputTopic(target.name, target.about)
  const source = {
    targets: [target],
    portions: async function* (signal: AbortSignal) {
      const read = readFiles(paths, topic, ignored)
      for await (const items of atRate(read, feeding, signal)) yield [{ target, items }]
    },
    warnings: () =>
      ignored.size === 0 ? [] : [`the schema has no ${[...ignored.keys()].join(', ')}; left out`],
  }
  await feedTopics(source, feeding)
}
