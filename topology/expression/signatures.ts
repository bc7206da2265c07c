// Arguments against parameters, the same for pure and stateful functions.
import { isNumber, type Type } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import { type Checking, shown, describe } from './checking.ts'
import type { Parameter, PureFunction, StatefulFunction } from './function.ts'

type Call = Extract<Ast, { kind: 'call' }>
type Callable =
  Pick<PureFunction, 'name' | 'parameters' | 'variadic' | 'example'> | StatefulFunction

/** `ema(x, period[, seed])` */
export function describeSignature(called: Callable): string {
  const parts = called.parameters.map(({ name, optional }, index) => {
    const spelt = index === 0 ? name : `, ${name}`
    return optional ? `[${spelt}]` : spelt
  })
  return `${called.name}(${parts.join('')}${isVariadic(called) ? ', ...' : ''})`
}

function isVariadic(called: Callable): boolean {
  return 'variadic' in called && called.variadic
}

/** The parameter for an argument; a variadic function repeats its last one. */
export function parameterAt(called: Callable, index: number): Parameter {
  const parameter = called.parameters[Math.min(index, called.parameters.length - 1)]
  if (parameter === undefined) throw new Error(`function "${called.name}" has no parameters`)
  return parameter
}

export function checkCount(checking: Checking, node: Call, called: Callable): boolean {
  const count = node.arguments.length
  const least = called.parameters.filter(({ optional }) => !optional).length
  const most = isVariadic(called) ? Infinity : called.parameters.length
  if (count >= least && count <= most) return true
  const takes =
    most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`
  const noun = takes === '1' ? 'argument' : 'arguments'
  checking.report('types-agree', node, {
    message: `"${node.name}" takes ${takes} ${noun}, not ${count}`,
    notes: [`${describeSignature(called)}, such as ${called.example}`],
  })
  return false
}

function accepts(parameter: Parameter, type: Type): boolean {
  if (type.kind === 'unknown' || parameter.kinds.length === 0) return true
  return parameter.kinds.some((kind) => kind === type.kind || (kind === 'number' && isNumber(type)))
}

export function checkArgument(
  checking: Checking,
  node: Call,
  parameter: Parameter,
  argument: Ast,
  type: Type,
): boolean {
  if (accepts(parameter, type)) return true
  const wanted = parameter.kinds.join(' or ')
  const found = `${shown(checking, argument)} is ${describe(type)}`
  checking.report('types-agree', argument, {
    message: `${found} where "${node.name}" takes ${wanted}`,
    ...(parameter.kinds.includes('number') && repairOf(type)),
  })
  return false
}

function repairOf(type: Type): { readonly repair?: string } {
  if (type.kind === 'decimal' || type.kind === 'string') return { repair: 'write double(x)' }
  return type.kind === 'duration' ? { repair: 'divide by a unit: x / 1s' } : {}
}
