// Values as they stand in YAML scalars outside expressions: parameters, `--set` and plain config
// values.
import { BOOLEAN, DOUBLE, DURATION, UNKNOWN } from '../schemas/type.ts'
import type { Type } from '../schemas/type.ts'
import { commonType } from './expression/agree.ts'
import { readNumber } from './expression/number-literal.ts'
import { Refusal } from './expression/problem.ts'
import type { Node, ScalarNode } from './tree.ts'

export interface Literal {
  readonly type: Type
  /** number (durations in microseconds), string, boolean, or a list of them. */
  readonly value: unknown
}

/**
 * A number with its unit as expressions spell it, with a sign; undefined when the text is something
 * else.
 */
export function numberLiteral(
  text: string,
): { readonly value: number; readonly unit: 'none' | 'duration' | 'tick' | 'pip' } | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  const digits = text.slice(sign.length)
  if (!/^\.?\d/.test(digits)) return undefined
  try {
    const { value, unit, end } = readNumber(digits, 0)
    return end === digits.length ? { value: sign === '-' ? -value : value, unit } : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Without the literals of a text: another text is of the same type. */
export function plainType(type: Type): Type {
  if (type.kind === 'list') return { kind: 'list', items: plainType(type.items) }
  return type.kind === 'string' ? { kind: 'string' } : type
}

/**
 * The value that a scalar or a list of scalars is; undefined for null, maps and numbers in ticks or
 * pips.
 */
export function literalOf(node: Node): Literal | undefined {
  if (node.kind === 'map') return undefined
  if (node.kind === 'scalar') return scalarLiteral(node)
  const items = node.items.map(literalOf)
  let common: Type | undefined
  for (const item of items) {
    if (item === undefined) return undefined
    common = common === undefined ? item.type : commonType(common, item.type)
    if (common === undefined) return undefined
  }
  return {
    type: { kind: 'list', items: common ?? UNKNOWN },
    value: items.map((item) => item?.value),
  }
}

function scalarLiteral(node: ScalarNode): Literal | undefined {
  if (node.style === 'plain') {
    if (typeof node.value === 'boolean') return { type: BOOLEAN, value: node.value }
    if (node.value === null) return undefined
    const number = numberLiteral(node.text)
    if (number?.unit === 'duration') return { type: DURATION, value: number.value }
    if (number?.unit === 'none') return { type: DOUBLE, value: number.value }
    if (number) return undefined
  }
  return { type: { kind: 'string', literals: [node.text] }, value: node.text }
}
