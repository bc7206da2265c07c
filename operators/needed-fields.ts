// What a step asks of the records around it, as diagnostics: fields of certain types, and a key
// that brings all that an account does into one task.
import { describeType, fieldOf, notNull, type RecordType, type Type } from '../schemas/type.ts'
import type { Inference, StreamType } from '../topology/signature.ts'
import { marketKind } from './paper-venue/market-view.ts'

export interface NeededField {
  readonly name: string
  readonly kinds: readonly Type['kind'][]
  readonly orNull?: true
  /** It may be missing; it must be of its kind where it is there. */
  readonly orNone?: true
}

export const TEXT = ['string', 'enum'] as const
export const WHOLE = ['int', 'long'] as const
export const DECIMAL = ['decimal'] as const

export interface Holder {
  /** What it is called: `"accounts"`, `the input of "size"`. */
  readonly what: string
  readonly record: RecordType
  readonly span: Inference<unknown>['span']
  readonly report: Inference<unknown>['report']
}

/** Reports what is not as it must be; says whether all is. */
export function holdFields(holder: Holder, needed: readonly NeededField[]): boolean {
  const { what, record, span, report } = holder
  const missing = needed.filter(({ name, orNone }) => !orNone && !fieldOf(record, name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${name}"`).join(', ')
    const message = `${what} has no ${missing.length > 1 ? 'fields' : 'field'} ${names}`
    const has = `it has: ${record.fields.map(({ name }) => name).join(', ')}`
    report('fields-exist', { message, span, notes: [has] })
  }
  const fitting = needed.map((field) => isFitting(holder, field))
  return missing.length === 0 && fitting.every((fits) => fits)
}

/** Of a field that is there: reports another type. */
export function isFitting({ what, record, span, report }: Holder, needed: NeededField): boolean {
  const { name, kinds, orNull } = needed
  const type = fieldOf(record, name)?.type
  if (type === undefined || type.kind === 'unknown') return true
  const isNullable = type.kind === 'nullable' && orNull !== true
  if (!isNullable && kinds.includes(notNull(type).kind)) return true
  const wanted = `${kinds.join(' or ')}${orNull ? ', or null' : ''}`
  const message = `"${name}" of ${what} is ${describeType(type)}, not ${wanted}`
  report('types-agree', { message, span, repair: 'convert it in a step before' })
  return false
}

/** All that an account does is in one task, which alone knows what it holds. */
export function holdAccountKey(
  { input, span, report }: Pick<Inference<unknown>, 'input' | 'span' | 'report'>,
  step: string,
  what: string,
): boolean {
  if (input.key.length === 1 && input.key[0] === 'account') return true
  const message = `"${step}" needs all ${what} of an account in one task`
  report('keys-agree', { message, span, repair: 'add `key: account` to the step before' })
  return false
}

/** A key of one text is the text that the key reads as. */
export function holdTextKey({ what, span, report }: Omit<Holder, 'record'>, stream: StreamType) {
  const [name, ...rest] = stream.key
  const type = name === undefined ? undefined : fieldOf(stream.record, name)?.type
  const isText = type !== undefined && ['string', 'enum', 'unknown'].includes(type.kind)
  if (rest.length === 0 && isText) return true
  const message = `${what} is keyed by ${stream.key.join(', ') || 'all'}, not by one text`
  report('keys-agree', { message, span, repair: 'key it by one field that is a string' })
  return false
}

/** A market that every task has, with a price in each record. */
export function holdMarket({ what, record, span, report }: Holder, { everyTask }: StreamType) {
  if (everyTask !== true) {
    const message = `${what} comes to some tasks only, and each may need all of it`
    report('keys-agree', { message, span, repair: 'add `key: broadcast` to the step before' })
  }
  const hasPrice = marketKind(record) !== undefined
  if (!hasPrice) {
    const message = `${what} has neither bid and ask nor the prices of a bar`
    report('fields-exist', { message, span, repair: 'name quotes, books or bars' })
  }
  return hasPrice && everyTask === true
}
