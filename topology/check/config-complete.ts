// A config has every key that its operator cannot do without.
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

export const configComplete = rule(
  'config-complete',
  "A step's config has every key that its operator needs.",
  (say, key: string, owner: { readonly name: string; readonly span: Span }, summary: string) => {
    say({
      message: `${quoted(owner.name)} needs ${quoted(key)}`,
      span: owner.span,
      repair: `add "${key}:"`,
      notes: [`${key}: ${summary}`],
    })
  },
)
