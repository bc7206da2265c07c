// A step's config as it was read, back in words: one line per name, expressions as their author
// wrote them.
import type { Shape, Spec, StreamName } from '../../topology/config.ts'
import { formatDuration } from '../../topology/duration.ts'
import type { Block, Expression } from '../../topology/expression/expression.ts'

export interface ConfigLine {
  /** Empty where the whole config is one value: `filter: bid > 0`. */
  readonly name: string
  readonly text: string
}

/** The lines of a config, in the order of the spec; what has neither value nor default has none. */
export function configLines(spec: Spec, value: unknown): readonly ConfigLine[] {
  const { shape } = spec
  switch (shape.kind) {
    case 'nothing':
      return []
    case 'struct':
      return structLines(shape, value as Readonly<Record<string, unknown>>)
    case 'named':
      return Object.entries(value as Readonly<Record<string, unknown>>).map(([name, each]) => ({
        name,
        text: inline(shape.of, each),
      }))
    case 'block':
      return blockLines(shape, value as Block)
    default:
      return [{ name: '', text: inline(spec, value) }]
  }
}

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>

function structLines(
  { fields, rest }: Of<'struct'>,
  value: Readonly<Record<string, unknown>>,
): readonly ConfigLine[] {
  const own = Object.entries(fields).flatMap(([name, spec]) =>
    value[name] === undefined ? [] : [{ name, text: inline(spec, value[name]) }],
  )
  return rest ? [...own, ...configLines(rest, value.block)] : own
}

/**
 * What the operator itself added, or put in for a name left out, is not the author's and is not
 * shown.
 */
function blockLines({ names = {}, given = {} }: Of<'block'>, block: Block): readonly ConfigLine[] {
  const texts = new Map(block.entries.map(({ name, expression }) => [name, oneLine(expression)]))
  const order = [...new Set([...block.names, ...texts.keys()])]
  return order.flatMap((name) => {
    const text = texts.get(name)
    const isAuthors = !Object.hasOwn(given, name) && names[name]?.otherwise !== text
    return text !== undefined && isAuthors ? [{ name, text }] : []
  })
}

/** A value on one line. */
function inline(spec: Spec, value: unknown): string {
  const { shape } = spec
  switch (shape.kind) {
    case 'duration':
      return formatDuration(value as number)
    case 'stream':
      return (value as StreamName).stream
    case 'expression':
      return oneLine(value as Expression)
    case 'list':
      return (value as readonly unknown[]).map((each) => itemText(shape.of, each)).join(', ')
    case 'struct':
    case 'named':
    case 'block':
      return configLines(spec, value)
        .map(({ name, text }) => `${name} ${text}`)
        .join(', ')
    default:
      return String(value)
  }
}

/** A list in a list keeps its brackets, unless it stands for the one thing in it. */
function itemText(spec: Spec, value: unknown): string {
  const isList = Array.isArray(value) && value.length > 1
  return isList ? `[${inline(spec, value)}]` : inline(spec, value)
}

function oneLine({ text }: Expression): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
