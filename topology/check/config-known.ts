// Every key of an operator's config is one that the operator has.
import { quoted } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import type { ScalarNode } from '../tree.ts'
import { listed, rule } from './rule.ts'

export const configKnown = rule(
  'config-known',
  "Every key of a step's config is one that its operator has.",
  (say, key: ScalarNode, owner: string, known: readonly string[]) => {
    say({
      message: `${quoted(owner)} has no key ${quoted(key.text)}`,
      span: key.span,
      ...(known.length === 0
        ? { repair: 'remove it: there is nothing to configure' }
        : didYouMean(key.text, known)),
      ...(known.length > 0 && { notes: [`keys of ${quoted(owner)}: ${listed(known)}`] }),
    })
  },
)
