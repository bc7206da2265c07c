// Types of stateful calls, and what the compiler needs to know of each: they are hoisted out of
// their expression.
import { type Type, UNKNOWN } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import { canonicalCall } from './canonical.ts'
import { type Checking, lookbackOf, NOTHING, plainTypeOf } from './checking.ts'
import { readConstant } from './constants.ts'
import type { Constant, StatefulFunction } from './function.ts'
import { checkArgument, checkCount, parameterAt } from './signatures.ts'

type Call = Extract<Ast, { kind: 'call' }>

/**
 * Its series are checked without what the conditions around it say, because it is updated on every
 * record whatever they are: `if(ready(x), ema(x, 3), 0)` would hand null to `ema`.
 */
export function typeOfStateful(checking: Checking, node: Call, called: StatefulFunction): Type {
  if (!checking.stateful) {
    checking.report('stateful-in-place', node.nameRange, {
      message: `"${called.name}" remembers earlier records, which an expression here cannot`,
      repair: 'name it in an `indicator` step before this one, and use that field',
      notes: ['`indicator` and `signal` take stateful functions'],
    })
    return UNKNOWN
  }
  if (!checkCount(checking, node, called)) return UNKNOWN
  const types: Type[] = []
  const constants: Constant[] = []
  let misfits = 0
  node.arguments.forEach((argument, index) => {
    const parameter = parameterAt(called, index)
    if (parameter.takes === 'constant') {
      const constant = readConstant(checking, node, parameter, argument)
      if (constant === undefined) misfits += 1
      constants.push(constant?.value)
    } else {
      const type = plainTypeOf(checking, argument, NOTHING)
      if (!checkArgument(checking, node, parameter, argument, type)) misfits += 1
      types.push(type)
    }
  })
  if (misfits > 0 || types.some(({ kind }) => kind === 'unknown')) return UNKNOWN
  const count = called.parameters.filter(({ takes }) => takes === 'constant').length
  while (constants.length < count) constants.push(undefined)
  return hoist(checking, node, called, { types, constants })
}

function hoist(
  checking: Checking,
  node: Call,
  called: StatefulFunction,
  { types, constants }: { types: readonly Type[]; constants: readonly Constant[] },
): Type {
  const refusal = called.refuse?.(constants)
  if (refusal !== undefined) {
    checking.report('constants-constant', node, { message: refusal })
    return UNKNOWN
  }
  const series = node.arguments.slice(0, types.length)
  const type = called.result(types)
  const before = Math.max(0, ...series.map((each) => lookbackOf(checking, each)))
  checking.calls.set(node, {
    canonical: canonicalCall(checking, called.name, series, constants),
    function: called,
    series,
    constants,
    type,
    lookback: before + called.lookback(constants),
  })
  return type
}
