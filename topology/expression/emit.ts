// A checked syntax tree to the text of a JavaScript expression. The types decide: numbers, times
// and durations become plain arithmetic, decimals calls of ./decimal.ts, missing values `??` and
// `?.`.
import { Decimal } from 'decimal.js'
import { isNumber, type Type, UNKNOWN } from '../../schemas/type.ts'
import type { Ast, BinaryOperator } from './ast.ts'
import {
  decimalCompare,
  decimalMinus,
  decimalModulo,
  decimalOver,
  decimalPlus,
  decimalTimes,
} from './decimal.ts'
import type { Expression, ParameterValue, StatefulCall } from './expression.ts'
import type { Bindings } from './source-function.ts'

/** Where an expression is emitted: what stands for the things outside it. */
export interface Site {
  readonly expression: Expression
  readonly bindings: Bindings
  /** A variable of the emitted function. */
  readonly temporary: () => string
  readonly sibling: (name: string) => string
  /** The value of a stateful call, or its result of that index. */
  readonly call: (call: StatefulCall, result?: number) => string
  /**
   * A condition, empty if there is none: whether the stateful calls and siblings in a node are
   * ready.
   */
  readonly ready: (node: Ast) => string
}

type Binary = Extract<Ast, { kind: 'binary' }>
type Call = Extract<Ast, { kind: 'call' }>
type Member = Extract<Ast, { kind: 'member' }>

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

export function emit(site: Site, node: Ast): string {
  const parameter = site.expression.parameters.get(node)
  if (parameter) return emitParameter(site, parameter)
  const stateful = site.expression.calls.get(node)
  if (stateful) return site.call(stateful)
  switch (node.kind) {
    case 'number':
      return typeOf(site, node).kind === 'decimal'
        ? site.bindings.bind(new Decimal(node.value))
        : emitNumber(node.value)
    case 'string':
      return JSON.stringify(node.value)
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
    case 'list':
      return `[${node.items.map((item) => emit(site, item)).join(', ')}]`
    case 'name':
      return site.expression.siblings.has(node.name)
        ? site.sibling(node.name)
        : emitField('record', node.name)
    case 'member':
      return emitMember(site, node)
    case 'index': {
      const [object, index] = [emit(site, node.object), emit(site, node.index)]
      if (typeOf(site, node.object).kind === 'list') return `(${object}[${index}] ?? null)`
      return `${site.bindings.bindAs('lookUp', lookUp)}(${object}, ${index})`
    }
    case 'unary':
      return emitUnary(site, node.operator, node.operand)
    case 'binary':
      return emitBinary(site, node)
    case 'call':
      return emitCall(site, node)
  }
}

export function emitField(object: string, name: string): string {
  return IDENTIFIER.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`
}

/** `name: value` for an object literal; a plain `__proto__:` would set the prototype. */
export function emitProperty(name: string, value: string): string {
  return `[${JSON.stringify(name)}]: ${value}`.replace(/^\["([a-zA-Z]\w*)"\]/, '$1')
}

/**
 * A condition: whether the value of a variable is a number, and not finite. Undefined for a type
 * that has no such values.
 */
export function emitNotFinite(type: Type, variable: string): string | undefined {
  const isNullable = type.kind === 'nullable'
  const test = finiteTest(isNullable ? type.of : type, variable)
  if (test === undefined) return undefined
  return isNullable ? `${variable} !== null && !${test}` : `!${test}`
}

function finiteTest(type: Type, variable: string): string | undefined {
  if (type.kind === 'decimal') return `${variable}.isFinite()`
  const isDouble = isNumber(type) || type.kind === 'time' || type.kind === 'duration'
  return isDouble ? `Number.isFinite(${variable})` : undefined
}

function typeOf(site: Site, node: Ast): Type {
  return site.expression.types.get(node) ?? UNKNOWN
}

function emitNumber(value: number): string {
  return value < 0 || Object.is(value, -0) ? `(-${String(-value)})` : String(value)
}

/** The prototype's properties are not entries. */
function lookUp(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null
}

function emitParameter(site: Site, { value, per }: ParameterValue): string {
  const own = emitValue(site, value)
  if (per === undefined) return own
  return `(${site.bindings.bind(per.values)}.get(${emitField('record', per.field)}) ?? ${own})`
}

function emitValue(site: Site, value: unknown): string {
  if (typeof value === 'number') return emitNumber(value)
  return typeof value === 'string' || typeof value === 'boolean'
    ? JSON.stringify(value)
    : site.bindings.bind(value)
}

function emitMember(site: Site, node: Member): string {
  const call = site.expression.calls.get(node.object)
  if (call?.type.kind === 'record') {
    return site.call(
      call,
      call.type.fields.findIndex(({ name }) => name === node.name),
    )
  }
  const object = emit(site, node.object)
  if (typeOf(site, node.object).kind !== 'nullable') return emitField(object, node.name)
  return `(${object}?.[${JSON.stringify(node.name)}] ?? null)`
}

function emitUnary(site: Site, operator: '-' | '!', operand: Ast): string {
  const value = emit(site, operand)
  if (operator === '-' && typeOf(site, operand).kind === 'decimal') return `${value}.neg()`
  return `(${operator}${value})`
}

function emitBinary(site: Site, node: Binary): string {
  if (node.operator === 'in') return emitIn(site, node)
  const [left, right] = [emit(site, node.left), emit(site, node.right)]
  const types = [typeOf(site, node.left), typeOf(site, node.right)]
  if (types.some(({ kind }) => kind === 'decimal')) {
    return emitDecimal(site, node, left, right)
  }
  const scales = node.operator === '*' || node.operator === '/'
  if (scales && typeOf(site, node).kind === 'duration') {
    return `Math.round(${left} ${node.operator} ${right})`
  }
  return `(${left} ${strict(node.operator)} ${right})`
}

function strict(operator: BinaryOperator): string {
  return operator === '==' || operator === '!=' ? `${operator}=` : operator
}

function emitDecimal(site: Site, node: Binary, left: string, right: string): string {
  const type = typeOf(site, node)
  const scale = type.kind === 'decimal' ? type.scale : 0
  const call = (named: Readonly<Record<string, unknown>>, ...rest: readonly string[]): string => {
    const [[name, value] = ['', undefined]] = Object.entries(named)
    return `${site.bindings.bindAs(name, value)}(${[left, right, ...rest].join(', ')})`
  }
  switch (node.operator) {
    case '+':
      return call({ decimalPlus })
    case '-':
      return call({ decimalMinus })
    case '*':
      return call({ decimalTimes }, String(scale))
    case '/':
      return call({ decimalOver }, String(scale))
    case '%':
      return call({ decimalModulo })
    default:
      return `(${call({ decimalCompare })} ${strict(node.operator)} 0)`
  }
}

function emitIn(site: Site, node: Binary): string {
  const left = emit(site, node.left)
  if (typeOf(site, node.right).kind === 'map') {
    return `Object.hasOwn(${emit(site, node.right)}, ${left})`
  }
  if (node.right.kind !== 'list') return `${emit(site, node.right)}.includes(${left})`
  const sought = site.temporary()
  const tests = node.right.items.map((item) => `${sought} === ${emit(site, item)}`)
  return `(${sought} = ${left}, ${tests.join(' || ') || 'false'})`
}

function emitCall(site: Site, node: Call): string {
  const called = site.expression.pureCalls.get(node)
  if (called === undefined) throw new Error(`call of "${node.name}" was not checked`)
  if (called.name === 'ready') return emitReady(site, node)
  if (called.name === 'orElse') return emitOrElse(site, node)
  for (const [name, value] of Object.entries(called.uses ?? {})) site.bindings.bindAs(name, value)
  const values = node.arguments.map((argument) => emit(site, argument))
  const types = node.arguments.map((argument) => typeOf(site, argument))
  return called.emit(values, types)
}

function emitReady(site: Site, node: Call): string {
  const [argument] = node.arguments
  if (argument === undefined) return 'false'
  const isThere = `${emit(site, argument)} != null`
  const ready = site.ready(argument)
  return ready === '' ? `(${isThere})` : `(${ready} && ${isThere})`
}

/** A value that is not ready counts as null. */
function emitOrElse(site: Site, node: Call): string {
  const values = node.arguments.map((argument, index) => {
    const value = emit(site, argument)
    const isLast = index === node.arguments.length - 1
    const ready = isLast ? '' : site.ready(argument)
    return ready === '' ? value : `(${ready} ? ${value} : null)`
  })
  return `(${values.join(' ?? ')})`
}
