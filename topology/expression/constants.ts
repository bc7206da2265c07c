// Constant arguments: known when the topology is checked, within the bounds that the parameter
// states.
import { describeType, type Type } from '../../schemas/type.ts'
import { didYouMean } from '../suggest.ts'
import type { Ast } from './ast.ts'
import { type Checking, NOTHING, spelling } from './checking.ts'
import type { Constant, Parameter } from './function.ts'
import { checkArgument } from './signatures.ts'

type Call = Extract<Ast, { kind: 'call' }>

/** The value of a constant argument; undefined when it was complained about. */
export function readConstant(
  checking: Checking,
  node: Call,
  parameter: Parameter,
  argument: Ast,
): { readonly value: Constant } | undefined {
  if (!isConstant(argument)) {
    complainOfVariable(checking, node, parameter, argument)
    return undefined
  }
  const type = checking.typeOf(argument, NOTHING)
  if (type.kind === 'unknown') return undefined
  const given = checking.parameters.get(argument)
  if (given?.per) {
    complainOfVariable(checking, node, parameter, argument)
    return undefined
  }
  if (!checkArgument(checking, node, parameter, argument, type)) return undefined
  const value = given ? asConstant(given.value, type) : literalOf(argument)
  const problem = problemOf(parameter, value)
  if (problem === undefined) return { value }
  checking.report('constants-constant', argument, {
    message: `"${parameter.name}" of "${node.name}" is ${problem}, not ${String(value)}`,
    ...(parameter.words && typeof value === 'string' && didYouMean(value, parameter.words)),
    notes: [`${parameter.name}: ${parameter.summary}`],
  })
  return undefined
}

function isConstant(node: Ast): boolean {
  if (node.kind === 'unary') return node.operator === '-' && node.operand.kind === 'number'
  if (node.kind === 'member') return node.object.kind === 'name' && node.object.name === 'param'
  return node.kind === 'number' || node.kind === 'string' || node.kind === 'boolean'
}

function complainOfVariable(
  checking: Checking,
  node: Call,
  parameter: Parameter,
  argument: Ast,
): void {
  const shown = spelling(checking, argument)
  const isWord = argument.kind === 'name' && parameter.words?.includes(argument.name)
  checking.report('constants-constant', argument, {
    message: `"${parameter.name}" of "${node.name}" is a constant, and "${shown}" is not`,
    repair: isWord ? `write '${shown}'` : 'a constant is a literal, or a parameter without per',
    notes: [`${parameter.name}: ${parameter.summary}`],
  })
}

function literalOf(node: Ast): Constant {
  if (node.kind === 'number' || node.kind === 'string') return node.value
  if (node.kind === 'boolean') return Number(node.value)
  return node.kind === 'unary' && node.operand.kind === 'number' ? -node.operand.value : undefined
}

function asConstant(value: unknown, type: Type): Constant {
  if (typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Number(value)
  throw new Error(`a parameter of type ${describeType(type)} has no constant value`)
}

function problemOf(parameter: Parameter, value: Constant): string | undefined {
  const { words, integer, min, max } = parameter
  if (typeof value === 'string') {
    return words === undefined || words.includes(value) ? undefined : words.join(' or ')
  }
  if (value === undefined) return undefined
  if (integer && !Number.isSafeInteger(value)) return 'a whole number'
  if (min !== undefined && value < min) return `at least ${min}`
  return max !== undefined && value > max ? `at most ${max}` : undefined
}
