// A value of a config is of the kind, and within the bounds, that its operator asks for.
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

/** `wanted` completes `"every" takes ...`, `got` the sentence behind it: `not "5"`. */
export interface Misfit {
  readonly owner: string
  readonly wanted: string
  readonly got?: string
  readonly span: Span
  readonly repair?: string
}

export const configTyped = rule(
  'config-typed',
  "Every value of a step's config has the type and bounds that its operator states.",
  (say, { owner, wanted, got, span, repair }: Misfit) => {
    say({
      message: `${quoted(owner)} takes ${wanted}${got === undefined ? '' : `, not ${got}`}`,
      span,
      ...(repair !== undefined && { repair }),
    })
  },
)
