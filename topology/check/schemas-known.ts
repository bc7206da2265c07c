// The schema that a topic names is a file beside the topology or built in.
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const schemasKnown = rule(
  'schemas-known',
  'Every schema that a topic names exists.',
  (say, { value, span }: Spelt<string>, path: string, builtIn: Iterable<string>) => {
    const known = [...builtIn]
    say({
      message: `there is no schema ${quoted(value)}`,
      span,
      ...didYouMean(value, known),
      notes: [
        `neither ${path} beside the topology nor a built-in one`,
        ...(known.length > 0 ? [`built-in: ${listed(known)}`] : []),
      ],
    })
  },
)
