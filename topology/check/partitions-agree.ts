// Topics that one task reads part by part have the same number of parts.
import type { TopicDeclaration } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Cut } from '../sub-topologies.ts'
import { rule } from './rule.ts'

export const partitionsAgree = rule(
  'partitions-agree',
  'Topics that a task reads part by part have equal numbers of partitions.',
  (say, { edges, familyOf }: Cut, topics: ReadonlyMap<string, TopicDeclaration>) => {
    const first = new Map<string, TopicDeclaration>()
    const said = new Set<TopicDeclaration>()
    for (const [step, all] of edges) {
      const family = familyOf.get(step) ?? step
      for (const { edge, stream, via, everyTask } of all) {
        const topic = via === 'topic' && !everyTask ? topics.get(stream) : undefined
        if (!topic) continue
        const other = first.get(family) ?? topic
        first.set(family, other)
        if (other.partitions.value === topic.partitions.value || said.has(topic)) continue
        said.add(topic)
        const [a, b] = [`${count(topic)} of ${quoted(stream)}`, quoted(other.name.value)]
        say({
          message: `one task reads ${a} and ${other.partitions.value} of ${b}`,
          span: edge.spelt.span,
          repair: 'give both the same number',
          cause: { span: topic.partitions.span, label: 'declared here' },
        })
      }
    }
  },
)

function count({ partitions: { value } }: TopicDeclaration): string {
  return `${value} partition${value === 1 ? '' : 's'}`
}
