// An operator's config as rows for people: key, what it takes, what it is if left out, what it is
// for.
import { describeType } from '../../schemas/type.ts'
import type { BlockName, Shape, Spec } from '../../topology/config.ts'
import { formatDuration } from '../../topology/duration.ts'
import { defaultOf, isRequired, isRequiredName } from '../schema/config-schema.ts'

export interface ConfigRow {
  /**
   * `every`, `<name>.with`; `<name>` is the author's choice. Empty where the config is one value.
   */
  readonly key: string
  /** `duration`, `list of stream`, `expression of type boolean`. */
  readonly takes: string
  readonly isRequired: boolean
  /** As an author would write it. */
  readonly default?: string
  readonly summary: string
}

export function configRows(spec: Spec): readonly ConfigRow[] {
  return rowsUnder(spec, '')
}

/** What stands for a name that the author chooses. */
const CHOSEN = '<name>'

function rowsUnder(spec: Spec, key: string): readonly ConfigRow[] {
  const { shape } = spec
  const inside = (name: string): string => (key === '' ? name : `${key}.${name}`)
  switch (shape.kind) {
    case 'struct':
      return [
        ...Object.entries(shape.fields).flatMap(([name, each]) => rowsUnder(each, inside(name))),
        ...(shape.rest ? rowsUnder(shape.rest, key) : []),
      ]
    case 'named':
      return [
        { key: inside(CHOSEN), takes: takesOf(shape.of), isRequired: true, summary: spec.summary },
        ...rowsUnder(shape.of, inside(CHOSEN)).filter((row) => row.key !== inside(CHOSEN)),
      ]
    case 'block':
      return blockRows(spec, shape, inside)
    case 'nothing':
      return []
    default:
      return [rowOf(spec, key)]
  }
}

function rowOf(spec: Spec, key: string): ConfigRow {
  const { shape, summary, default: standard } = spec
  const written = standard === undefined ? undefined : String(defaultOf(shape, standard))
  return {
    key,
    takes: takesOf(spec),
    isRequired: isRequired(spec),
    ...(written !== undefined && { default: written }),
    summary,
  }
}

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>

function blockRows(
  { summary }: Spec,
  { names }: Of<'block'>,
  inside: (name: string) => string,
): readonly ConfigRow[] {
  if (!names) return [{ key: inside(CHOSEN), takes: 'expression', isRequired: true, summary }]
  return Object.entries(names).map(([name, each]) => ({
    key: inside(name),
    takes: `expression of type ${describeType(each.type)}`,
    ...whenLeftOut(each),
    summary: each.summary,
  }))
}

function whenLeftOut(name: BlockName): Pick<ConfigRow, 'isRequired' | 'default'> {
  const { otherwise } = name
  return {
    isRequired: isRequiredName(name),
    ...(otherwise !== undefined && { default: otherwise }),
  }
}

/** What a value of the shape is called. */
function takesOf({ shape }: Spec): string {
  switch (shape.kind) {
    case 'duration':
      return `duration${bounds(shape, formatDuration)}`
    case 'number':
      return `${shape.integer ? 'whole number' : 'number'}${bounds(shape, String)}`
    case 'boolean':
      return 'true or false'
    case 'word':
      return shape.words.join(' or ')
    case 'field':
      return 'field of the input'
    case 'expression':
      return shape.type === 'any' ? 'expression' : `expression of type ${describeType(shape.type)}`
    case 'list':
      return shape.orOne
        ? `${takesOf(shape.of)}, or a list of such`
        : `list of ${takesOf(shape.of)}`
    case 'named':
    case 'struct':
      return 'map'
    case 'block':
      return 'map of name to expression'
    default:
      return shape.kind
  }
}

function bounds(
  { min, max }: { readonly min?: number; readonly max?: number },
  show: (value: number) => string,
): string {
  if (min !== undefined && max !== undefined) return ` from ${show(min)} to ${show(max)}`
  if (min !== undefined) return `, at least ${show(min)}`
  return max === undefined ? '' : `, at most ${show(max)}`
}
