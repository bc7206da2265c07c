// The operator that a step names is in the catalogue.
import type { StepDeclaration } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Signature } from '../signature.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const operatorsKnown = rule(
  'operators-known',
  'Every step uses an operator that exists.',
  (say, { operator }: StepDeclaration, known: ReadonlyMap<string, Signature>) => {
    const signature = known.get(operator.value)
    if (signature) return signature
    say({
      message: `there is no operator ${quoted(operator.value)}`,
      span: operator.span,
      ...didYouMean(operator.value, known.keys()),
      notes: [`operators: ${listed(known.keys())}`],
    })
    return undefined
  },
)
