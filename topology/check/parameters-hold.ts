// A parameter's value, declared or set, is a literal of its type and within its bounds.
import { describeType } from '../../schemas/type.ts'
import type { Type } from '../../schemas/type.ts'
import { agrees } from '../expression/agree.ts'
import { plainType } from '../literal.ts'
import type { Literal } from '../literal.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

export interface Bound {
  readonly value: number
  readonly text: string
  readonly span: Span
}

export interface Bounds {
  readonly min: Bound | undefined
  readonly max: Bound | undefined
}

/** A value to judge: `what` names it, as in `parameter "fast"`. */
export interface GivenValue {
  readonly what: string
  readonly literal: Literal | undefined
  readonly span: Span
}

export const parametersHold = rule(
  'parameters-hold',
  'Every parameter has a value of its type and within its bounds, as required.',
  (say, { what, literal, span }: GivenValue, type: Type | undefined, bounds: Bounds): boolean => {
    if (literal === undefined) {
      say({
        message: `${what} has no value that can stand alone`,
        span,
        repair: 'write a number, a duration, true or false, a text, or a list of one of them',
      })
      return false
    }
    if (type && !agrees(plainType(type), literal.type)) {
      const [own, given] = [type, literal.type].map((each) => describeType(plainType(each)))
      const message = `${what} is ${String(own)}, not ${String(given)}`
      say({ message, span })
      return false
    }
    return [literal.value].flat().every((value) => {
      const { min, max } = bounds
      const isLow = min !== undefined && typeof value === 'number' && value < min.value
      const isHigh = max !== undefined && typeof value === 'number' && value > max.value
      const bound = isLow ? min : isHigh ? max : undefined
      if (!bound) return true
      const beyond = isLow ? 'below its least' : 'above its greatest'
      say({
        message: `${what} is ${beyond} value ${bound.text}`,
        span,
        cause: { span: bound.span, label: 'the bound is here' },
      })
      return false
    })
  },
)

export const parametersSettable = rule(
  parametersHold.code,
  parametersHold.holds,
  (
    say,
    name: string,
    span: Span,
    known: readonly string[],
    repair: { readonly repair?: string },
  ) => {
    say({
      message: `there is no parameter ${quoted(name)} to set`,
      span,
      ...repair,
      notes: [known.length === 0 ? 'none is declared' : `parameters: ${known.join(', ')}`],
    })
  },
)

/** What `require:` says; `values` are the parameters that it speaks of. */
export const requirementsHold = rule(
  parametersHold.code,
  parametersHold.holds,
  (say, text: string, span: Span, values: readonly string[]) => {
    say({
      message: `${quoted(text)} does not hold`,
      span,
      repair: 'change a default, or what is required',
      ...(values.length > 0 && { notes: [`with ${values.join(', ')}`] }),
    })
  },
)
