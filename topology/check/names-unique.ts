// Two topics never share a physical topic. (That no two declarations share a name is found while
// they are read, and that a new field does not shadow another while its expression is.)
import type { Graph } from '../graph.ts'
import { isOwnTopic } from '../own-topics.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

export const namesUnique = rule(
  'names-unique',
  'Every name stands for one thing.',
  (say, { names, declaration }: Graph) => {
    const taken = new Map<string, { readonly span: Parameters<typeof say>[0]['span'] }>()
    for (const { topic } of names.topics.values()) {
      if (isOwnTopic(declaration.name.value, topic.value)) {
        say({
          message: `physical topic ${quoted(topic.value)} is kept by the topology for itself`,
          span: topic.span,
          repair: 'name another',
        })
      }
      const first = taken.get(topic.value)
      if (!first) {
        taken.set(topic.value, topic)
        continue
      }
      say({
        message: `physical topic ${quoted(topic.value)} is declared twice`,
        span: topic.span,
        repair: 'name another, or declare one topic for both',
        cause: { span: first.span, label: 'the first is here' },
      })
    }
  },
)
