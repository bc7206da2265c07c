// The single values of a config: durations, numbers, booleans, words, texts and names of fields; or
// a parameter that stands for one.
import type { Type } from '../schemas/type.ts'
import { describeType, isNumber } from '../schemas/type.ts'
import { configTyped } from './check/config-typed.ts'
import { fieldsExist } from './check/fields-exist.ts'
import { parametersKnown } from './check/parameters-known.ts'
import type { Shape } from './config.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { numberLiteral, plainType } from './literal.ts'
import type { ConfigContext, ConfigReading, Owner } from './config-reading.ts'
import { suggest } from './suggest.ts'
import type { Node, ScalarNode } from './tree.ts'

const SCALARS = ['duration', 'number', 'boolean', 'text', 'word', 'field'] as const
export type ScalarShape = Extract<Shape, { kind: (typeof SCALARS)[number] }>

export function isScalarShape(shape: Shape): shape is ScalarShape {
  return (SCALARS as readonly string[]).includes(shape.kind)
}

/** Reads one value. `within` says what a parameter may be instead: a list of such values. */
export function readScalar(
  shape: ScalarShape,
  node: Node,
  owner: Owner,
  context: ConfigContext,
  within?: 'list' | 'or-list',
): ConfigReading | undefined {
  if (node.kind !== 'scalar' || node.text === '') {
    const got = node.kind === 'scalar' ? 'nothing' : `a ${node.kind}`
    return refuse(context, { owner, wanted: wantedOf(shape), got, span: owner.span })
  }
  const parameter = /^param\.(\w+)$/.exec(node.text)?.[1]
  if (parameter !== undefined) return readParameter(shape, node, parameter, owner, context, within)
  const literal = literalFor(shape, node)
  if ('repair' in literal) {
    const got = JSON.stringify(node.text)
    return refuse(context, { owner, wanted: wantedOf(shape), got, span: node.span, ...literal })
  }
  return check(shape, literal.value, node, owner, context)
}

interface Refusal {
  readonly owner: Owner
  readonly wanted: string
  readonly got?: string
  readonly span: Node['span']
  readonly repair?: string | undefined
}

function refuse(
  { report }: ConfigContext,
  { owner, repair, ...rest }: Refusal,
): ConfigReading | undefined {
  configTyped.check(report, {
    owner: owner.name,
    ...rest,
    ...(repair !== undefined && { repair }),
  })
  return undefined
}

function wantedOf(shape: ScalarShape): string {
  switch (shape.kind) {
    case 'duration':
      return 'a duration'
    case 'number':
      return shape.integer ? 'a whole number' : 'a number'
    case 'boolean':
      return 'true or false'
    case 'text':
      return 'a text'
    case 'word':
      return shape.words.length > 2 ? `one of ${shape.words.join(', ')}` : shape.words.join(' or ')
    case 'field':
      return 'the name of a field'
  }
}

type Read = { readonly value: unknown } | { readonly repair: string | undefined }

function literalFor(shape: ScalarShape, node: ScalarNode): Read {
  switch (shape.kind) {
    case 'duration':
      return durationOf(node.text)
    case 'number':
      return numberOf(node.text)
    case 'boolean':
      return typeof node.value === 'boolean' ? node : { repair: 'write true or false' }
    default:
      return { value: node.text }
  }
}

function durationOf(text: string): Read {
  const number = numberLiteral(text)
  if (number?.unit === 'duration' && number.value >= 0) return number
  const reading = parseDuration(text)
  return 'problem' in reading ? { repair: reading.repair } : { value: reading.micros }
}

function numberOf(text: string): Read {
  const number = numberLiteral(text)
  if (number?.unit === 'none') return number
  if (number === undefined) return { repair: undefined }
  const isDuration = number.unit === 'duration'
  return {
    repair: isDuration ? 'leave out the unit of time' : 'ticks and pips are for expressions',
  }
}

/** A parameter as the whole value: its type must be the shape's. */
function readParameter(
  shape: ScalarShape,
  node: ScalarNode,
  name: string,
  owner: Owner,
  context: ConfigContext,
  within?: 'list' | 'or-list',
): ConfigReading | undefined {
  const { span } = node
  const parameter = parametersKnown.check(context.report, name, span, context.parameters)
  if (!parameter || parameter.type.kind === 'unknown') return undefined
  const wanted = wantedOf(shape)
  if (parameter.per) {
    const got = `a parameter that has values per ${parameter.per.field}`
    const repair = 'only expressions have a record for it'
    return refuse(context, { owner, wanted, got, span, repair })
  }
  const { type, value } = parameter
  const isList = type.kind === 'list'
  const isPlaced = isList ? within !== undefined : within !== 'list'
  const item = isList ? type.items : type
  if (!isPlaced || !fits(shape, item)) {
    const got = `param.${name}, which is ${describeType(plainType(type))}`
    return refuse(context, { owner, wanted: within === 'list' ? 'a list' : wanted, got, span })
  }
  if (!isList) return check(shape, value, node, owner, context)
  const items = (value as readonly unknown[]).map((each) =>
    check(shape, each, node, owner, context),
  )
  if (items.includes(undefined)) return undefined
  return { value: items.map((each) => each?.value) }
}

function fits(shape: ScalarShape, type: Type): boolean {
  if (shape.kind === 'duration' || shape.kind === 'boolean') return type.kind === shape.kind
  if (shape.kind === 'number') return isNumber(type)
  return type.kind === 'string'
}

/** Bounds, words and fields: what a value of the right type must still satisfy. */
function check(
  shape: ScalarShape,
  value: unknown,
  node: ScalarNode,
  owner: Owner,
  context: ConfigContext,
): ConfigReading | undefined {
  const { span } = node
  if (shape.kind === 'duration' || shape.kind === 'number') {
    const wanted = boundsProblem(shape, value as number)
    return wanted === undefined ? { value } : refuse(context, { owner, wanted, span })
  }
  if (shape.kind === 'word' && !shape.words.includes(value as string)) {
    const meant = suggest(value as string, shape.words)
    const repair = meant === undefined ? undefined : `did you mean "${meant}"?`
    const got = JSON.stringify(value)
    return refuse(context, { owner, wanted: wantedOf(shape), got, span, repair })
  }
  if (shape.kind !== 'field') return { value }
  const { scope, report } = context
  if (scope === undefined) return undefined
  const spelt = { value: value as string, span }
  return fieldsExist.check(report, spelt, scope.input, scope.inputName) && { value }
}

function boundsProblem(
  shape: Extract<ScalarShape, { kind: 'duration' | 'number' }>,
  value: number,
): string | undefined {
  const show = shape.kind === 'duration' ? formatDuration : String
  const what = shape.kind === 'duration' ? 'a duration of' : 'a number of'
  if (shape.kind === 'number' && shape.integer && !Number.isSafeInteger(value)) {
    return `a whole number, not ${value}`
  }
  if (shape.min !== undefined && value < shape.min) return `${what} ${show(shape.min)} or more`
  if (shape.max !== undefined && value > shape.max) return `${what} ${show(shape.max)} or less`
  return undefined
}
