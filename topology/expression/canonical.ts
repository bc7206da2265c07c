// One spelling for equal meanings: single spaces, only the brackets that are needed, durations in
// microseconds, percentages as numbers, parameters as literals of their values. Names the state of
// stateful calls.
import type { Type } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import type { ParameterValue, StatefulCall } from './expression.ts'
import type { Constant } from './function.ts'

/** What a name or member stands for. */
export interface Meaning {
  readonly parameters: ReadonlyMap<Ast, ParameterValue>
  readonly calls: ReadonlyMap<Ast, StatefulCall>
  /**
   * Siblings that the expression refers to: printed as `@name`, for a field may have the same
   * name.
   */
  readonly used: ReadonlySet<string>
}

const UNARY = 6
const LEVELS: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  in: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
}

export function canonical(meaning: Meaning, node: Ast): string {
  const parameter = meaning.parameters.get(node)
  if (parameter) return canonicalParameter(parameter)
  const call = meaning.calls.get(node)
  if (call) return call.canonical
  const print = (child: Ast): string => canonical(meaning, child)
  switch (node.kind) {
    case 'number':
      return node.unit === 'none' ? canonicalValue(node.value) : `${node.value}${unitOf(node.unit)}`
    case 'string':
    case 'boolean':
      return JSON.stringify(node.value)
    case 'null':
      return 'null'
    case 'list':
      return `[${node.items.map(print).join(', ')}]`
    case 'name':
      return meaning.used.has(node.name) ? `@${node.name}` : node.name
    case 'member':
      return `${bracket(meaning, node.object, UNARY + 1)}.${node.name}`
    case 'index':
      return `${bracket(meaning, node.object, UNARY + 1)}[${print(node.index)}]`
    case 'unary':
      return `${node.operator}${bracket(meaning, node.operand, UNARY)}`
    case 'binary': {
      const level = LEVELS[node.operator] ?? 0
      // Comparisons do not chain, so one inside another keeps its brackets on both sides.
      const left = bracket(meaning, node.left, level === 3 ? level + 1 : level)
      return `${left} ${node.operator} ${bracket(meaning, node.right, level + 1)}`
    }
    case 'call':
      return `${node.name}(${node.arguments.map(print).join(', ')})`
  }
}

export function canonicalCall(
  meaning: Meaning,
  name: string,
  series: readonly Ast[],
  constants: readonly Constant[],
): string {
  const given = constants.findLastIndex((constant) => constant !== undefined) + 1
  const parts = [
    ...series.map((each) => canonical(meaning, each)),
    ...constants.slice(0, given).map(canonicalValue),
  ]
  return `${name}(${parts.join(', ')})`
}

function unitOf(unit: string): string {
  return unit === 'duration' ? 'us' : unit
}

/** -0 and 0 print alike, as they compare alike. */
function canonicalValue(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalValue).join(', ')}]`
  return value === undefined ? 'none' : JSON.stringify(value)
}

/** As a literal of its type: a duration of 60000000 us is not the number 60000000. */
function canonicalTyped(type: Type, value: unknown): string {
  if (type.kind === 'list' && Array.isArray(value)) {
    return `[${value.map((item) => canonicalTyped(type.items, item)).join(', ')}]`
  }
  switch (type.kind) {
    case 'duration':
      return `${canonicalValue(value)}us`
    case 'time':
    case 'decimal':
      return `${type.kind}(${String(value)})`
    default:
      return canonicalValue(value)
  }
}

function canonicalParameter({ type, value, per }: ParameterValue): string {
  if (per === undefined) return canonicalTyped(type, value)
  const names = [...per.values.keys()].sort()
  const values = names.map(
    (name) => `${JSON.stringify(name)}: ${canonicalTyped(type, per.values.get(name))}`,
  )
  return `per(${per.field}, {${values.join(', ')}}, ${canonicalTyped(type, value)})`
}

function bracket(meaning: Meaning, node: Ast, least: number): string {
  const isValue = meaning.parameters.has(node) || meaning.calls.has(node)
  const level = isValue
    ? UNARY
    : node.kind === 'binary'
      ? (LEVELS[node.operator] ?? 0)
      : node.kind === 'unary'
        ? UNARY
        : UNARY + 1
  const spelt = canonical(meaning, node)
  return level < least ? `(${spelt})` : spelt
}
