// The connector that an entry of `sources:` names, itself or by its connection in an environment,
// is in the catalogue; and so is that of a sink's connection.
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const connectorsKnown = rule(
  'connectors-known',
  'Every source and every connection uses a connector that exists.',
  (say, connector: Spelt<string>, known: ReadonlyMap<string, unknown>) => {
    if (known.has(connector.value)) return true
    say({
      message: `there is no connector ${quoted(connector.value)}`,
      span: connector.span,
      ...didYouMean(connector.value, known.keys()),
      notes: [known.size === 0 ? 'there are no connectors' : `connectors: ${listed(known.keys())}`],
    })
    return false
  },
)
