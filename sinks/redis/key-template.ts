// Keys and channels of Redis, written with fields in braces: `position:{account}:{symbol}`. A
// field's text is escaped, so that no value reads as a separator: different contents of the fields
// have different keys.
import { Decimal, decimalText } from '../../schemas/decimal.ts'
import { keyJson, keyProblem } from '../../schemas/key.ts'
import { fieldOf } from '../../schemas/type.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { didYouMean } from '../../topology/suggest.ts'

/** Text as it stands, or the name of a field. */
type TemplatePart = { readonly text: string } | { readonly field: string }

interface TemplateProblem {
  readonly message: string
  readonly repair?: string
}

/** What of a topic decides which templates it can fill. */
interface TemplateTopic {
  readonly name: string
  readonly record: RecordType
  readonly key: readonly string[]
  readonly isTable: boolean
}

const PARTS = /\{([^{}]*)\}|([^{}]+)|(.)/gs
const UNESCAPED = 'A-Za-z0-9_.\\-\\u0080-\\uffff'
const ESCAPED = new RegExp(`[^${UNESCAPED}]`, 'g')
const SEPARATOR = new RegExp(`[^%${UNESCAPED}]`)

/** Undefined for a brace without its other. */
function parseTemplate(template: string): readonly TemplatePart[] | undefined {
  const parts: TemplatePart[] = []
  for (const [, field, text, brace] of template.matchAll(PARTS)) {
    if (brace !== undefined) return undefined
    parts.push(field === undefined ? { text: text ?? '' } : { field: field.trim() })
  }
  return parts
}

/** The fields of a template that has no problems. */
export function templateFields(template: string): readonly string[] {
  return (parseTemplate(template) ?? []).flatMap((part) => ('field' in part ? [part.field] : []))
}

/**
 * Why a template cannot be filled from the topic's records. A key must hold all fields of the
 * topic's key, as two of its keys would else write one of Redis in no fixed order; that of a table
 * holds no others, as nothing else is known of a record that is deleted.
 */
export function templateProblems(
  template: string,
  topic: TemplateTopic,
  purpose: 'key' | 'channel',
): readonly TemplateProblem[] {
  const parts = parseTemplate(template)
  const shown = `${purpose} ${JSON.stringify(template)}`
  if (parts === undefined) {
    return [{ message: `${shown} has a brace alone`, repair: 'write fields as "{symbol}"' }]
  }
  if (template === '') return [{ message: `the ${purpose} is empty`, repair: 'name it' }]
  const fields = templateFields(template)
  return [
    ...fields.flatMap((field) => fieldProblems(field, shown, topic)),
    ...separatorProblems(parts, shown),
    ...(purpose === 'key' ? keyProblems(fields, shown, topic) : []),
    ...(topic.isTable ? tableProblems(fields, shown, topic) : []),
  ]
}

function fieldProblems(
  field: string,
  shown: string,
  { name, record }: TemplateTopic,
): readonly TemplateProblem[] {
  const type = fieldOf(record, field)?.type
  if (type === undefined) {
    const known = record.fields.map((each) => each.name)
    const message = `${shown} names the field "${field}", which topic "${name}" does not have`
    return [{ message, ...didYouMean(field, known) }]
  }
  const problem = keyProblem(type)
  return problem === undefined ? [] : [{ message: `${shown}: field "${field}" ${problem}` }]
}

function separatorProblems(
  parts: readonly TemplatePart[],
  shown: string,
): readonly TemplateProblem[] {
  const problems: TemplateProblem[] = []
  let last: string | undefined
  let isApart = true
  for (const part of parts) {
    if ('text' in part) {
      if (SEPARATOR.test(part.text)) isApart = true
      continue
    }
    if (!isApart) {
      problems.push({
        message: `${shown} does not keep {${last ?? ''}} and {${part.field}} apart`,
        repair: 'write ":" between them',
      })
    }
    ;[last, isApart] = [part.field, false]
  }
  return problems
}

function keyProblems(
  fields: readonly string[],
  shown: string,
  { name, key }: TemplateTopic,
): readonly TemplateProblem[] {
  const missing = key.filter((field) => !fields.includes(field))
  if (missing.length === 0) return []
  const lacking = missing.map((field) => `{${field}}`).join(' and ')
  const message = `${shown} lacks ${lacking}, by which topic "${name}" is keyed`
  return [{ message, repair: `add ${lacking}, or re-key the topic` }]
}

function tableProblems(
  fields: readonly string[],
  shown: string,
  { name, key }: TemplateTopic,
): readonly TemplateProblem[] {
  return fields
    .filter((field) => !key.includes(field))
    .map((field) => ({
      message: `${shown} holds {${field}}, which is not in the key of table "${name}"`,
      repair: 'write fields of its key only: no others are known of a record that is deleted',
    }))
}

/** What a template is filled from. */
export interface Filling {
  /** Canonical key text; it alone is read where the value is null. */
  readonly key: string
  readonly value: Value | null
}

/** Compiles the filling of a template without problems. */
export function templateFiller(
  template: string,
  { record, key }: Pick<TemplateTopic, 'record' | 'key'>,
): (from: Filling) => string {
  const parts = parseTemplate(template)
  if (parts === undefined) throw new Error(`template ${template} was not checked`)
  const keyTypes = key.flatMap((name) => fieldOf(record, name)?.type ?? [])
  const ofKey = (text: string): Value => {
    const json = keyJson(text, keyTypes)
    const values = key.length === 1 ? [json] : (json as readonly unknown[])
    return Object.fromEntries(key.map((name, at) => [name, values[at]]))
  }
  return (from) => {
    const value = from.value ?? ofKey(from.key)
    let filled = ''
    for (const part of parts) filled += 'text' in part ? part.text : escaped(value[part.field])
    return filled
  }
}

function escaped(value: unknown): string {
  const text = Decimal.isDecimal(value) ? decimalText(value) : String(value)
  return text.replace(ESCAPED, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}
