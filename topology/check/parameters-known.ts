// `param.x` as a whole value of a config names a parameter that the topology declares. (Expressions
// hold to the same rule, in expression/names.ts.)
import type { ParameterValue } from '../expression/expression.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const parametersKnown = rule(
  'parameters-known',
  'Every parameter that is named is declared.',
  (say, name: string, span: Span, known: ReadonlyMap<string, ParameterValue>) => {
    const parameter = known.get(name)
    if (parameter) return parameter
    say({
      message: `there is no parameter ${quoted(name)}`,
      span,
      ...didYouMean(name, known.keys()),
      notes: [known.size === 0 ? 'none is declared' : `parameters: ${listed(known.keys())}`],
    })
    return undefined
  },
)
