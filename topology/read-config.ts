// A step's config: the YAML node read as the operator's spec says. What does not fit is reported,
// all of it; the value is handed over only when everything fits, so that an operator never runs
// with half a config. A lenient reading stands in for what does not fit, see stand-in.ts.
import type { Type } from '../schemas/type.ts'
import { configComplete } from './check/config-complete.ts'
import { configKnown } from './check/config-known.ts'
import { configTyped } from './check/config-typed.ts'
import type { Shape, Spec } from './config.ts'
import type { Spelt } from './declaration.ts'
import { checkBlock, checkExpression } from './expression/check.ts'
import type { ConfigContext, ConfigReading, Owner } from './config-reading.ts'
import { isScalarShape, readScalar } from './read-scalar.ts'
import { areAliases, isAlias, seeing, type Struct } from './seen-record.ts'
import type { Span } from './source.ts'
import { standIn } from './stand-in.ts'
import { streamName } from './stream-name.ts'
import { entryOf, isEmpty } from './tree.ts'
import type { MapEntry, MapNode, Node } from './tree.ts'

export function readConfig(
  spec: Spec,
  node: Node,
  owner: Owner,
  context: ConfigContext,
): ConfigReading | undefined {
  const reading = readShape(spec, node, owner, context)
  return reading ?? (context.lenient && standIn(spec, owner.span))
}

function readShape(
  { shape }: Spec,
  node: Node,
  owner: Owner,
  context: ConfigContext,
): ConfigReading | undefined {
  if (isScalarShape(shape)) return readScalar(shape, node, owner, context)
  switch (shape.kind) {
    case 'nothing':
      return readNothing(node, owner, context)
    case 'stream':
      return readStream(node, owner, context)
    case 'expression':
      return readExpression(shape, node, owner, context)
    case 'block':
      return readBlock(shape, node, owner, context)
    case 'list':
      return readList(shape, node, owner, context)
    case 'named':
      return readNamed(shape.of, node, owner, context)
    case 'struct':
      return readStruct(shape, node, owner, context)
  }
}

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>

function readNothing(node: Node, owner: Owner, { report }: ConfigContext) {
  if (isEmpty(node) || (node.kind === 'map' && node.entries.length === 0)) {
    return { value: undefined }
  }
  if (node.kind === 'map') {
    for (const { key } of node.entries) configKnown.check(report, key, owner.name, [])
  } else {
    configTyped.check(report, { owner: owner.name, wanted: 'no value', span: node.span })
  }
  return undefined
}

function readStream(node: Node, owner: Owner, context: ConfigContext) {
  const name = streamName(node)
  if (!name) return misfit(node, owner, 'the name of a stream', context)
  const stream = context.streamOf(name)
  return stream === undefined ? undefined : { value: { stream } }
}

function readExpression(
  shape: Of<'expression'>,
  node: Node,
  owner: Owner,
  { scope, report }: ConfigContext,
) {
  if (scope === undefined) return undefined
  const expected: Type | 'any' = shape.type
  const options = { expected, stateful: shape.stateful === true }
  const expression = checkExpression(node, scope, report, { ...options, owner })
  return expression && { value: expression }
}

function readBlock(shape: Of<'block'>, node: Node, owner: Owner, context: ConfigContext) {
  const map = mapOf(node, owner, 'a map of name to expression', context)
  if (!map || context.scope === undefined) return undefined
  const { stateful = false, siblings = false, names, given, shadow } = shape
  const block = checkBlock(map, context.scope, context.report, {
    stateful,
    siblings,
    ...(names && { names }),
    ...(given && { given }),
    ...(shadow && { shadow }),
    ...(context.lenient && { lenient: true }),
    owner,
  })
  return block && { value: block }
}

function readList(shape: Of<'list'>, node: Node, owner: Owner, context: ConfigContext) {
  const { of } = shape
  if (isScalarShape(of.shape) && node.kind === 'scalar' && isParameter(node)) {
    const whole = readScalar(of.shape, node, owner, context, shape.orOne ? 'or-list' : 'list')
    if (whole === undefined) return undefined
    return { value: Array.isArray(whole.value) ? whole.value : [whole.value] }
  }
  const isOne = shape.orOne === true && node.kind !== 'list' && !isEmpty(node)
  if (node.kind !== 'list' && !isOne) return misfit(node, owner, 'a list', context)
  const items = node.kind === 'list' ? node.items : [node]
  if (items.length === 0) return refuseEmpty(node, owner, context)
  const readings = items.map((item) => readConfig(of, item, owner, context))
  return allOf(readings)
}

/** Whether a value is a parameter as a whole. */
function isParameter(node: Node): boolean {
  return node.kind === 'scalar' && /^param\.\w+$/.test(node.text)
}

function allOf(readings: readonly (ConfigReading | undefined)[]): ConfigReading | undefined {
  const present = readings.filter((reading) => reading !== undefined)
  if (present.length < readings.length) return undefined
  return { value: present.map(({ value }) => value) }
}

function readNamed(of: Spec, node: Node, owner: Owner, context: ConfigContext) {
  const map = mapOf(node, owner, 'a map of names of your choice', context)
  if (!map) return undefined
  if (map.entries.length === 0) return refuseEmpty(node, owner, context)
  const readings = map.entries.flatMap(({ key, value }) => {
    const isName = isAlias({ value: key.text, span: key.span }, context.report)
    const reading = readConfig(of, value, { name: key.text, span: key.span }, context)
    if (!isName && context.lenient) return []
    return [[key.text, isName ? reading : undefined] as const]
  })
  return fromEntries(readings)
}

function readStruct(shape: Of<'struct'>, node: Node, owner: Owner, context: ConfigContext) {
  const map = isEmpty(node) ? emptyMap(node) : mapOf(node, owner, 'a map', context, shape)
  if (!map) return undefined
  const { fields, rest } = shape
  const others = map.entries.filter(({ key }) => !Object.hasOwn(fields, key.text))
  if (!rest) refuseOthers(others, owner, Object.keys(fields), context)
  const struct = { map, fields, owner }
  const areNamed = areAliases(struct, context)
  const readings = Object.entries(fields).map(
    ([name, spec]) => [name, readField(name, spec, struct, context)] as const,
  )
  if (rest) {
    const remainder: MapNode = { ...map, entries: others }
    readings.push(['block', readConfig(rest, remainder, owner, context)])
  }
  const known = rest !== undefined || others.length === 0 || context.lenient === true
  return known && areNamed ? fromEntries(readings) : undefined
}

function emptyMap(node: Node): MapNode {
  return { kind: 'map', entries: [], span: node.span, flow: false }
}

function refuseOthers(
  others: readonly MapEntry[],
  owner: Owner,
  known: readonly string[],
  { report }: ConfigContext,
): void {
  for (const { key } of others) configKnown.check(report, key, owner.name, known)
}

function readField(name: string, spec: Spec, struct: Struct, context: ConfigContext) {
  const { map, owner } = struct
  const entry = entryOf(map, name)
  if (entry) {
    const own = seeing(spec, struct, context)
    return readConfig(spec, entry.value, { name, span: entry.key.span }, own)
  }
  if (spec.default !== undefined || spec.optional) return { value: spec.default }
  configComplete.check(context.report, name, owner, spec.summary)
  return context.lenient && standIn(spec, owner.span)
}

function fromEntries(
  readings: readonly (readonly [string, ConfigReading | undefined])[],
): ConfigReading | undefined {
  const present = readings.flatMap(([name, reading]) =>
    reading ? [[name, reading.value] as const] : [],
  )
  return present.length < readings.length ? undefined : { value: Object.fromEntries(present) }
}

function mapOf(
  node: Node,
  owner: Owner,
  wanted: string,
  context: ConfigContext,
  shape?: Of<'struct'>,
): MapNode | undefined {
  if (node.kind === 'map') return node
  const keys = shape && `its keys are ${Object.keys(shape.fields).join(', ')}`
  misfit(node, owner, wanted, context, keys)
  return undefined
}

function misfit(
  node: Node,
  owner: Owner,
  wanted: string,
  { report }: ConfigContext,
  repair?: string,
): ConfigReading | undefined {
  const isMissing = isEmpty(node)
  configTyped.check(report, {
    owner: owner.name,
    wanted,
    got: isMissing ? 'nothing' : describeNode(node),
    span: node.kind === 'scalar' && !isMissing ? node.span : owner.span,
    ...(repair !== undefined && { repair }),
  })
  return undefined
}

function refuseEmpty(
  { kind, span }: Node,
  { name }: Owner,
  { report }: ConfigContext,
): ConfigReading | undefined {
  configTyped.check(report, { owner: name, wanted: `a ${kind} with something in it`, span })
  return undefined
}

function describeNode(node: Node): string {
  return node.kind === 'scalar' ? JSON.stringify(node.text) : `a ${node.kind}`
}

/** A stream as a config names it. */
export interface NamedStream {
  readonly spelt: Spelt<string>
  /** Whether the field that names it takes feedback. */
  readonly mayFeedBack: boolean
}

/** Streams that a config names, found before anything is typed: they are edges of the graph. */
export function findStreams(spec: Spec, node: Node): readonly NamedStream[] {
  const { shape } = spec
  if (shape.kind === 'stream') {
    const spelt = streamName(node)
    return spelt ? [{ spelt, mayFeedBack: shape.feedback === true }] : []
  }
  if (shape.kind === 'list') {
    const items = node.kind === 'list' ? node.items : [node]
    return items.flatMap((item) => findStreams(shape.of, item))
  }
  if (node.kind !== 'map') return []
  if (shape.kind === 'named') {
    return node.entries.flatMap(({ value }) => findStreams(shape.of, value))
  }
  if (shape.kind !== 'struct') return []
  return node.entries.flatMap(({ key, value }) => {
    const field = Object.hasOwn(shape.fields, key.text) ? shape.fields[key.text] : undefined
    return field ? findStreams(field, value) : []
  })
}

/**
 * Where a part of a config stands: the value, or the key of a value that is a map or list; what the
 * author left out stands where the nearest part around it does.
 */
export function spanOf(node: Node, owner: Owner, path: readonly string[]): Span {
  let at: Node = node
  let span = node.kind === 'scalar' && !isEmpty(node) ? node.span : owner.span
  for (const word of path) {
    if (at.kind === 'list') {
      const item: Node | undefined = at.items[Number(word)]
      if (!item) return span
      at = item
      span = at.span
    } else if (at.kind === 'map') {
      const entry: MapEntry | undefined = entryOf(at, word)
      if (!entry) return span
      at = entry.value
      span = at.kind === 'scalar' && !isEmpty(at) ? at.span : entry.key.span
    } else return span
  }
  return span
}
