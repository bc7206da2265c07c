// The sink that an entry of `sinks:` names is in the catalogue.
import type { SinkDeclaration } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const sinksKnown = rule(
  'sinks-known',
  'Every sink uses a sink that exists.',
  (say, { kind }: SinkDeclaration, sinks: ReadonlyMap<string, unknown>) => {
    const known = new Set(sinks.keys())
    if (known.has(kind.value)) return
    say({
      message: `there is no sink ${quoted(kind.value)}`,
      span: kind.span,
      ...didYouMean(kind.value, known),
      notes: [known.size === 0 ? 'no sinks are built in yet' : `sinks: ${listed(known)}`],
    })
  },
)
