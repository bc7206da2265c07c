// Types of calls: pure functions by their parameters, and the forms `if`, `ready` and `orElse`.
import {
  BOOLEAN,
  isNumber,
  NULL,
  notNull,
  nullable,
  type Type,
  UNKNOWN,
} from '../../schemas/type.ts'
import { didYouMean } from '../suggest.ts'
import { commonType } from './agree.ts'
import type { Ast } from './ast.ts'
import {
  adopt,
  type Checking,
  expectBoolean,
  type Known,
  plainTypeOf,
  describe,
} from './checking.ts'
import { readConstant } from './constants.ts'
import type { Constant, PureFunction } from './function.ts'
import { whenFalse, whenTrue } from './narrowing.ts'
import { typeOfStateful } from './stateful-calls.ts'
import { checkArgument, checkCount, parameterAt } from './signatures.ts'

type Call = Extract<Ast, { kind: 'call' }>

export function typeOfCall(checking: Checking, node: Call, known: Known): Type {
  const { scope } = checking
  const stateful = scope.stateful.get(node.name)
  if (stateful) return typeOfStateful(checking, node, stateful)
  const pure = scope.pure.get(node.name)
  if (pure === undefined) return complainOfFunction(checking, node, known)
  checking.pureCalls.set(node, pure)
  if (!checkCount(checking, node, pure)) {
    typeAll(checking, node.arguments, known)
    return UNKNOWN
  }
  if (pure.name === 'if') return typeOfIf(checking, node, known)
  if (pure.name === 'ready') return typeOfReady(checking, node, known)
  if (pure.name === 'orElse') return typeOfOrElse(checking, node, known)
  return typeOfPure(checking, node, pure, known)
}

function typeAll(checking: Checking, nodes: readonly Ast[], known: Known): void {
  for (const node of nodes) checking.typeOf(node, known)
}

function complainOfFunction(checking: Checking, node: Call, known: Known): Type {
  const { scope } = checking
  const isField = scope.input.fields.some(({ name }) => name === node.name)
  const names = [...scope.pure.keys(), ...scope.stateful.keys()]
  checking.report('functions-known', node.nameRange, {
    message: isField
      ? `"${node.name}" is a field, not a function`
      : `there is no function "${node.name}"`,
    ...didYouMean(node.name, names),
  })
  typeAll(checking, node.arguments, known)
  return UNKNOWN
}

function typeOfPure(checking: Checking, node: Call, pure: PureFunction, known: Known): Type {
  const types: Type[] = []
  const constants: Constant[] = []
  let fits = true
  node.arguments.forEach((argument, index) => {
    const parameter = parameterAt(pure, index)
    if (parameter.takes === 'constant') {
      const constant = readConstant(checking, node, parameter, argument)
      fits &&= constant !== undefined
      constants.push(constant?.value)
      types.push(checking.types.get(argument) ?? UNKNOWN)
    } else {
      const type = plainTypeOf(checking, argument, known)
      fits = checkArgument(checking, node, parameter, argument, type) && fits
      types.push(type)
    }
  })
  if (pure.alike) fits = makeAlike(checking, node, types) && fits
  if (!fits || types.some(({ kind }) => kind === 'unknown')) return UNKNOWN
  const refusal = pure.refuse?.(types)
  if (refusal !== undefined) {
    checking.report('types-agree', node, { message: refusal })
    return UNKNOWN
  }
  return pure.result(types, constants)
}

/** Brings the types of `min(a, b)` to one. */
function makeAlike(checking: Checking, node: Call, types: Type[]): boolean {
  const decimal = types.find(({ kind }) => kind === 'decimal')
  if (decimal) {
    node.arguments.forEach((argument, index) => {
      if (isNumber(types[index] ?? UNKNOWN)) types[index] = adopt(checking, argument, decimal)
    })
  }
  let common = types[0] ?? UNKNOWN
  for (const [index, type] of types.entries()) {
    const next = commonType(common, type)
    const argument = node.arguments[index]
    if (next === undefined && argument) {
      const types = `${describe(common)} and ${describe(type)}`
      checking.report('types-agree', argument, {
        message: `"${node.name}" takes values of one type, not ${types}`,
      })
      return false
    }
    common = next ?? UNKNOWN
  }
  types.fill(common)
  return true
}

/**
 * The common type of values of which one is chosen; literals follow the type that they stand
 * beside.
 */
function choose(checking: Checking, node: Call, values: readonly [Ast, Type][]): Type {
  const lead = values.find(
    ([value, type]) => value.kind !== 'null' && type.kind !== 'unknown' && !isLiteral(value),
  )
  let common: Type | undefined
  for (const [value, type] of values) {
    const own =
      lead && type.kind !== 'nullable' ? adoptChosen(checking, value, type, lead[1]) : type
    const next = common === undefined ? own : commonType(common, own)
    if (next === undefined) {
      const types = `${describe(common ?? UNKNOWN)} and ${describe(own)}`
      checking.report('types-agree', node, {
        message: `"${node.name}" chooses between values of one type, not ${types}`,
        ...(types.includes('decimal') && { repair: 'write double(x), or decimal(x, scale)' }),
      })
      return UNKNOWN
    }
    common = next
  }
  return common ?? UNKNOWN
}

function isLiteral(node: Ast): boolean {
  return node.kind === 'number' || (node.kind === 'unary' && node.operand.kind === 'number')
}

function adoptChosen(checking: Checking, node: Ast, type: Type, beside: Type): Type {
  return isNumber(type) ? adopt(checking, node, beside) : type
}

function typeOfIf(checking: Checking, node: Call, known: Known): Type {
  const [condition, yes, no] = node.arguments
  if (!condition || !yes || !no) return UNKNOWN
  expectBoolean(checking, condition, known)
  const yesType = branch(checking, yes, new Set([...known, ...whenTrue(condition)]))
  const noType = branch(checking, no, new Set([...known, ...whenFalse(condition)]))
  return choose(checking, node, [
    [yes, yesType],
    [no, noType],
  ])
}

function branch(checking: Checking, node: Ast, known: Known): Type {
  if (node.kind !== 'null') return checking.typeOf(node, known)
  checking.types.set(node, NULL)
  return NULL
}

function typeOfReady(checking: Checking, node: Call, known: Known): Type {
  const [argument] = node.arguments
  if (argument?.kind === 'null') plainTypeOf(checking, argument, known)
  else if (argument) checking.typeOf(argument, known)
  return BOOLEAN
}

function typeOfOrElse(checking: Checking, node: Call, known: Known): Type {
  const [first] = node.arguments
  if (first?.kind === 'null') {
    checking.report('nulls-handled', first, {
      message: '"null" is never there',
      repair: 'leave it out',
    })
  }
  const values = node.arguments.map((each): [Ast, Type] => [each, branch(checking, each, known)])
  const last = values.at(-1)?.[1] ?? UNKNOWN
  const bare = values.map(([value, type]): [Ast, Type] => [value, notNull(type)])
  const common = choose(checking, node, bare)
  const mayBeNull = last.kind === 'nullable' || last.kind === 'null'
  return mayBeNull ? nullable(common) : notNull(common)
}
