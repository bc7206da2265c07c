// The connector that an entry of `sources:` names is in the catalogue.
import type { ConnectionDeclaration } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const connectorsKnown = rule(
  'connectors-known',
  'Every source uses a connector that exists.',
  (say, { kind }: ConnectionDeclaration, known: ReadonlySet<string>) => {
    if (known.has(kind.value)) return
    say({
      message: `there is no connector ${quoted(kind.value)}`,
      span: kind.span,
      ...didYouMean(kind.value, known),
      notes: [known.size === 0 ? 'no connectors are built in yet' : `connectors: ${listed(known)}`],
    })
  },
)
