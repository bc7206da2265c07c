// A function of the expression language as data for people: signature, parameters, result,
// lookback.
import { describeType, DOUBLE, type Type } from '../../schemas/type.ts'
import type { Ast } from '../../topology/expression/ast.ts'
import type {
  Constant,
  Parameter,
  PureFunction,
  StatefulFunction,
} from '../../topology/expression/function.ts'
import { childrenOf, parse } from '../../topology/expression/parser.ts'
import { describeSignature } from '../../topology/expression/signatures.ts'

export interface FunctionDescription {
  readonly name: string
  readonly summary: string
  readonly signature: string
  readonly isStateful: boolean
  readonly parameters: readonly ParameterRow[]
  /** Records of its key that pass before its first value, as it is called in the example. */
  readonly lookback?: number
  /** The fields of its value, where it has several. */
  readonly results?: readonly string[]
  /** Where the formula comes from. */
  readonly source?: string
  readonly example: string
}

export interface ParameterRow {
  readonly name: string
  readonly takes: string
  readonly isOptional: boolean
  readonly summary: string
}

export function describeFunction(each: PureFunction | StatefulFunction): FunctionDescription {
  const { name, summary, example } = each
  const common = { name, summary, signature: describeSignature(each) }
  const parameters = each.parameters.map(describeParameter)
  if (!('kernel' in each)) return { ...common, isStateful: false, parameters, example }
  const series = each.parameters.filter(({ takes }) => takes === 'series')
  const result = each.result(series.map(() => DOUBLE))
  const constants = constantsOf(each)
  return {
    ...common,
    isStateful: true,
    parameters,
    ...(constants && { lookback: each.lookback(constants) }),
    ...resultsOf(result),
    source: each.source,
    example,
  }
}

function resultsOf(result: Type): { readonly results?: readonly string[] } {
  if (result.kind !== 'record') return {}
  return { results: result.fields.map(({ name, type }) => `${name} ${describeType(type)}`) }
}

function describeParameter(parameter: Parameter): ParameterRow {
  const { name, takes, kinds, optional, integer, min, max, words, summary } = parameter
  const kind = words
    ? words.map((word) => `'${word}'`).join(' or ')
    : integer
      ? 'whole number'
      : kinds.length === 0
        ? 'any type'
        : kinds.join(' or ')
  const range = [
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(max === undefined ? [] : [`to ${max}`]),
  ]
  const constant = takes === 'constant' ? 'constant ' : ''
  return {
    name,
    takes: [`${constant}${kind}`, ...range].join(' '),
    isOptional: optional === true,
    summary,
  }
}

/** The constants of the function's call in its own example; undefined when one is no literal. */
function constantsOf({ name, parameters, example }: StatefulFunction): Constant[] | undefined {
  const { ast } = parse(example)
  const call = ast && callOf(ast, name)
  if (!call) return undefined
  const constants: Constant[] = []
  for (const [i, { takes }] of parameters.entries()) {
    if (takes === 'series') continue
    const argument = call.arguments[i]
    if (argument && argument.kind !== 'number' && argument.kind !== 'string') return undefined
    constants.push(argument?.value)
  }
  return constants
}

function callOf(ast: Ast, name: string): Extract<Ast, { kind: 'call' }> | undefined {
  if (ast.kind === 'call' && ast.name === name) return ast
  for (const child of childrenOf(ast)) {
    const found = callOf(child, name)
    if (found) return found
  }
  return undefined
}
