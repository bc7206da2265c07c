// A field is of a type that its use asks for: as a key, or as a time. (Expressions hold to the same
// rule.)
import { keyProblem } from '../../schemas/key.ts'
import { describeType } from '../../schemas/type.ts'
import type { RecordField } from '../../schemas/type.ts'
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

const CODE = 'types-agree'
const HOLDS = 'Every value has a type that its use asks for.'

/** A field that is part of a key. */
export const typesAgree = rule(
  CODE,
  HOLDS,
  (say, field: RecordField, span: Span, declared: Span | undefined) => {
    const problem = keyProblem(field.type)
    if (problem === undefined) return true
    const [fault = '', repair] = problem.split('; ')
    say({
      message: `${quoted(field.name)} cannot be in a key: it ${fault}`,
      span,
      ...(repair !== undefined && { repair }),
      ...(declared && { cause: { span: declared, label: 'the field is declared here' } }),
    })
    return false
  },
)

/** A field that holds an instant: a time, or a plain long whose unit the topic states. */
export const timesAgree = rule(
  CODE,
  HOLDS,
  (
    say,
    field: RecordField,
    span: Span,
    { unit, declared }: { readonly unit: Spelt<string> | undefined; readonly declared?: Span },
  ) => {
    const { kind } = field.type
    if (kind === 'unknown' || kind === 'time') return true
    if (kind === 'long' && unit !== undefined) return true
    say({
      message: `${quoted(field.name)} is ${describeType(field.type)}, not a time`,
      span,
      repair: kind === 'long' ? 'add `unit:` s, ms, us or ns' : 'name a time',
      ...(declared && { cause: { span: declared, label: 'the field is declared here' } }),
    })
    return false
  },
)

/** A unit that no field needs: a time knows its own. */
export const unitsAgree = rule(CODE, HOLDS, (say, { value, span }: Spelt<string>) => {
  say({
    message: `no field of this topic needs the unit ${quoted(value)}`,
    span,
    repair: 'leave it out: a time has its own',
  })
})
