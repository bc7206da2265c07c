// The schema of a topic takes what is written to it.
import type { AcceptProblem } from '../../schemas/accept.ts'
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

export const schemasAccept = rule(
  'schemas-accept',
  'The schema of a topic takes every record that a step writes to it.',
  (say, topic: Spelt<string>, problem: AcceptProblem, declared: Span | undefined) => {
    say({
      message: problem.message,
      span: topic.span,
      ...(problem.repair !== undefined && { repair: problem.repair }),
      ...(declared && {
        cause: { span: declared, label: `what topic ${quoted(topic.value)} takes` },
      }),
    })
  },
)
