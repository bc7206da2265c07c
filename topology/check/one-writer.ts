// A topic is written by one step, or by the world: two writers would have no order between them.
import type { Graph } from '../graph.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

export const oneWriter = rule(
  'one-writer',
  'Every topic that a step writes has no other writer.',
  (say, { writers, declaration }: Graph) => {
    for (const [name, [first, ...others]] of writers) {
      if (!first) continue
      for (const { step, topic } of others) {
        const isSame = step === first.step
        say({
          message: isSame
            ? `step ${quoted(step)} writes topic ${quoted(name)} twice`
            : `topic ${quoted(name)} is written by steps ${quoted(first.step)} and ${quoted(step)}`,
          span: topic.span,
          repair: 'merge the streams first',
          cause: { span: first.topic.span, label: 'written here too' },
        })
      }
    }
    for (const source of declaration.sources) {
      for (const { topic } of source.to) {
        const [writer] = writers.get(topic.value) ?? []
        if (!writer) continue
        const [name, filler] = [quoted(topic.value), quoted(source.name.value)]
        say({
          message: `topic ${name} is filled by source ${filler} and by step ${quoted(writer.step)}`,
          span: topic.span,
          repair: 'give one of them a topic of its own',
          cause: { span: writer.topic.span, label: 'the step writes it here' },
        })
      }
    }
  },
)
