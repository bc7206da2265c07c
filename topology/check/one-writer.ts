// A topic is written by one step, or by the world: two writers would have no order between them.
import type { Spelt } from '../declaration.ts'
import type { Graph } from '../graph.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

export const oneWriter = rule(
  'one-writer',
  'Every topic has one writer: a step, or a source.',
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
    const fillers = new Map<string, { readonly source: string; readonly topic: Spelt<string> }>()
    for (const source of declaration.sources) {
      for (const { topic } of source.to) {
        const first = fillers.get(topic.value)
        fillers.set(topic.value, first ?? { source: source.name.value, topic })
        if (first) {
          const names = [...new Set([first.source, source.name.value])].map(quoted)
          const by =
            names.length === 1 ? `source ${names[0] ?? ''} twice` : `sources ${names.join(' and ')}`
          say({
            message: `topic ${quoted(topic.value)} is filled by ${by}`,
            span: topic.span,
            repair: 'give each a topic of its own',
            cause: { span: first.topic.span, label: 'filled here too' },
          })
        }
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
