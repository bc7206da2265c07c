// An operator's config as JSON Schema: what an editor completes, underlines and shows on hover
// comes from the same spec that reads the config. Where the two differ the schema is the looser:
// `check` has the last word.
import { describeType } from '../../schemas/type.ts'
import type { BlockName, Shape, Spec } from '../../topology/config.ts'
import { formatDuration } from '../../topology/duration.ts'

/** JSON Schema draft 7, with the keywords that editors add to it. */
export type JsonSchema = Readonly<Record<string, unknown>>

const PARAMETER = '^param\\.[A-Za-z_]\\w*$'
const NUMBER = '(\\d+(\\.\\d+)?|\\.\\d+)([eE][+-]?\\d+)?'

export const STREAM: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)?$',
  patternErrorMessage: 'Write a topic, a step, or step.output.',
}
export const FIELD: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*$',
  patternErrorMessage: 'Write the name of a field.',
}
/** YAML reads `true` and `1` as what they are; to an expression they are text. */
const EXPRESSION: JsonSchema = { type: ['string', 'number', 'boolean'] }

export function configSchema(spec: Spec): JsonSchema {
  return { ...shapeSchema(spec.shape), ...about(spec) }
}

function about({ summary, shape, default: standard }: Spec): JsonSchema {
  const note = noteOf(shape)
  if (summary === '') return {}
  return {
    description: summary,
    ...(note !== '' && { markdownDescription: `${summary}\n\n${note}` }),
    ...(standard !== undefined && { default: defaultOf(shape, standard) }),
  }
}

/** The default as an author would write it. */
export function defaultOf({ kind }: Shape, value: unknown): unknown {
  return kind === 'duration' ? formatDuration(value as number) : value
}

function noteOf(shape: Shape): string {
  const stateful = 'stateful' in shape && shape.stateful
  const remark = stateful ? ' It may use stateful functions such as `ema(close, 12)`.' : ''
  if (shape.kind === 'expression') {
    return shape.type === 'any'
      ? `An expression.${remark}`
      : `An expression of type \`${describeType(shape.type)}\`.${remark}`
  }
  return shape.kind === 'block' && stateful ? remark.trim() : ''
}

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>

function shapeSchema(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'duration':
      return {
        type: 'string',
        pattern: `^\\+?(${NUMBER}(us|ms|s|m|h|d))+$|${PARAMETER}`,
        patternErrorMessage: 'Write a number and ms, s, m, h or d, such as 500ms.',
      }
    case 'number':
      return numberSchema(shape)
    case 'boolean':
      return orParameter({ type: 'boolean' })
    case 'word':
      return orParameter({ enum: wordsInYaml(shape.words) })
    case 'text':
      return EXPRESSION
    case 'field':
      return FIELD
    case 'stream':
      return STREAM
    case 'expression':
      return EXPRESSION
    case 'block':
      return blockSchema(shape)
    case 'list':
      return listSchema(shape)
    case 'named':
      return { type: 'object', additionalProperties: configSchema(shape.of), minProperties: 1 }
    case 'struct':
      return structSchema(shape)
    case 'nothing':
      return { type: ['null', 'object'], maxProperties: 0 }
  }
}

/** The word `null` is no text to YAML. */
function wordsInYaml(words: readonly string[]): readonly (string | null)[] {
  return words.map((word) => (word === 'null' ? null : word))
}

function orParameter(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'string', pattern: PARAMETER }] }
}

function numberSchema({ min, max, integer }: Of<'number'>): JsonSchema {
  const bounds = {
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
  }
  const whole = orParameter({ type: 'integer', ...bounds })
  if (integer) return whole
  const scaled = { type: 'string', pattern: `^[+-]?${NUMBER}(%|bp)$|${PARAMETER}` }
  return { anyOf: [{ type: 'number', ...bounds }, scaled] }
}

function blockSchema({ names }: Of<'block'>): JsonSchema {
  if (!names) return { type: 'object', additionalProperties: EXPRESSION, minProperties: 1 }
  const entries = Object.entries(names)
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, each]) => [name, entrySchema(each)])),
    ...required(entries.flatMap(([name, each]) => (isRequiredName(each) ? [name] : []))),
    additionalProperties: false,
  }
}

function entrySchema({ summary, type, otherwise }: BlockName): JsonSchema {
  const kind = `An expression of type \`${describeType(type)}\``
  const standard = otherwise === undefined ? '' : `, \`${otherwise}\` if left out`
  const markdownDescription = `${summary}\n\n${kind}${standard}.`
  return { ...EXPRESSION, description: summary, markdownDescription }
}

export function isRequiredName({ optional, otherwise }: BlockName): boolean {
  return optional !== true && otherwise === undefined
}

export function isRequired({ optional, default: standard }: Spec): boolean {
  return optional !== true && standard === undefined
}

function required(names: readonly string[]): JsonSchema {
  return names.length === 0 ? {} : { required: names }
}

function listSchema({ of, orOne }: Of<'list'>): JsonSchema {
  const list = { type: 'array', items: configSchema(of), minItems: 1 }
  return orOne ? { anyOf: [configSchema(of), list] } : orParameter(list)
}

function structSchema({ fields, rest }: Of<'struct'>): JsonSchema {
  const entries = Object.entries(fields)
  const needed = entries.flatMap(([name, spec]) => (isRequired(spec) ? [name] : []))
  return {
    type: needed.length === 0 ? ['object', 'null'] : 'object',
    properties: Object.fromEntries(entries.map(([name, spec]) => [name, configSchema(spec)])),
    ...required(needed),
    additionalProperties: rest ? { ...EXPRESSION, ...about(rest) } : false,
  }
}
