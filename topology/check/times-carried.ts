// A topic that a step writes has no times to declare: its records carry the event time that they
// had in the step, and become available when they are written.
import type { Graph } from '../graph.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

const OPTIONS = ['time', 'available', 'delay'] as const

/** A `unit` goes with a field: alone it is refused by types-agree, whoever writes the topic. */
export const timesCarried = rule(
  'times-carried',
  'Every topic that a step writes leaves times to its records.',
  (say, { writers, names }: Graph) => {
    for (const [name, [writer]] of writers) {
      const topic = names.topics.get(name)
      if (!topic || !writer) continue
      const [what, step] = [`topic ${quoted(name)}`, quoted(writer.step)]
      for (const option of OPTIONS) {
        const spelt = topic[option]
        if (!spelt) continue
        const hasUnit = topic.unit !== undefined && option !== 'delay'
        say({
          message: `${what} is written by step ${step}, whose records carry their own times`,
          span: spelt.span,
          repair: hasUnit ? `remove \`${option}:\` and \`unit:\`` : `remove \`${option}:\``,
          cause: { span: writer.topic.span, label: 'the step writes it here' },
        })
      }
    }
  },
)
