// Types of operators: arithmetic, comparisons, `in`, `&&`, `||`, `!` and the unary minus.
import {
  BOOLEAN,
  DOUBLE,
  DURATION,
  isNumber,
  notNull,
  STRING,
  TIME,
  type Type,
  UNKNOWN,
} from '../../schemas/type.ts'
import { didYouMean } from '../suggest.ts'
import {
  areComparable,
  isInteger,
  isOrdered,
  isText,
  productOf,
  quotientOf,
  sumOf,
  symbolsOf,
} from './agree.ts'
import type { Ast } from './ast.ts'
import {
  adopt,
  type Checking,
  expectBoolean,
  type Known,
  plainTypeOf,
  spelling,
  describe,
} from './checking.ts'
import { whenFalse, whenTrue } from './narrowing.ts'

type Binary = Extract<Ast, { kind: 'binary' }>
type Unary = Extract<Ast, { kind: 'unary' }>
type DecimalType = Extract<Type, { kind: 'decimal' }>

/** An int or long beside a decimal is exact. */
const WHOLE: DecimalType = { kind: 'decimal', precision: 19, scale: 0 }

export function typeOfUnary(checking: Checking, node: Unary, known: Known): Type {
  if (node.operator === '!') {
    expectBoolean(checking, node.operand, known)
    return BOOLEAN
  }
  const type = plainTypeOf(checking, node.operand, known)
  if (isNumber(type)) return DOUBLE
  if (['decimal', 'duration', 'unknown'].includes(type.kind)) return type
  checking.report('types-agree', node, {
    message: `"-" does not take ${describe(type)}`,
  })
  return UNKNOWN
}

export function typeOfBinary(checking: Checking, node: Binary, known: Known): Type {
  switch (node.operator) {
    case '&&':
    case '||': {
      expectBoolean(checking, node.left, known)
      const add = node.operator === '&&' ? whenTrue : whenFalse
      expectBoolean(checking, node.right, new Set([...known, ...add(node.left)]))
      return BOOLEAN
    }
    case 'in':
      return typeOfIn(checking, node, known)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeOfComparison(checking, node, known)
    default:
      return typeOfArithmetic(checking, node, known)
  }
}

/** Types of both operands, a number literal having become a decimal beside a decimal. */
function operandsOf(checking: Checking, node: Binary, known: Known): readonly [Type, Type] {
  const left = plainTypeOf(checking, node.left, known)
  const right = plainTypeOf(checking, node.right, known)
  if (left.kind === 'decimal' && isNumber(right)) return [left, adopt(checking, node.right, left)]
  if (right.kind === 'decimal' && isNumber(left)) return [adopt(checking, node.left, right), right]
  return [left, right]
}

function typeOfArithmetic(checking: Checking, node: Binary, known: Known): Type {
  const [left, right] = operandsOf(checking, node, known)
  if (left.kind === 'unknown' || right.kind === 'unknown') return UNKNOWN
  const type = resultOf(node.operator, left, right)
  if (type) return type
  checking.report('types-agree', node, {
    message: `"${node.operator}" does not take ${describe(left)} and ${describe(right)}`,
    ...repairOfOperands(left, right),
  })
  return UNKNOWN
}

function repairOfOperands(left: Type, right: Type): { readonly repair?: string } {
  const mixes =
    (left.kind === 'decimal' && isNumber(right)) || (right.kind === 'decimal' && isNumber(left))
  if (mixes) return { repair: 'say which is meant: double(x), or decimal(x, scale)' }
  const isSpelt = (isText(left) && isNumber(right)) || (isText(right) && isNumber(left))
  return isSpelt ? { repair: 'turn one into the other: double(text), or string(x)' } : {}
}

function resultOf(operator: string, left: Type, right: Type): Type | undefined {
  if (isNumber(left) && isNumber(right)) return DOUBLE
  if (left.kind === 'decimal' || right.kind === 'decimal') {
    const [a, b] = [asDecimal(left), asDecimal(right)]
    return a && b && decimalResultOf(operator, a, b)
  }
  if (isText(left) && isText(right)) return operator === '+' ? STRING : undefined
  switch (`${left.kind} ${operator} ${right.kind}`) {
    case 'time - time':
    case 'duration + duration':
    case 'duration - duration':
    case 'duration % duration':
      return DURATION
    case 'time + duration':
    case 'time - duration':
    case 'duration + time':
      return TIME
    case 'duration / duration':
      return DOUBLE
  }
  if (left.kind === 'duration' && isNumber(right)) {
    return operator === '*' || operator === '/' ? DURATION : undefined
  }
  return right.kind === 'duration' && isNumber(left) && operator === '*' ? DURATION : undefined
}

function asDecimal(type: Type): DecimalType | undefined {
  if (type.kind === 'decimal') return type
  return isInteger(type) ? WHOLE : undefined
}

function decimalResultOf(operator: string, a: DecimalType, b: DecimalType): Type {
  if (operator === '*') return productOf(a, b)
  return operator === '/' ? quotientOf() : sumOf(a, b, 1)
}

function typeOfComparison(checking: Checking, node: Binary, known: Known): Type {
  const isNull = node.left.kind === 'null' || node.right.kind === 'null'
  if (isNull) return complainOfNullComparison(checking, node, known)
  const [left, right] = operandsOf(checking, node, known)
  const isEquality = node.operator === '==' || node.operator === '!='
  if (!areComparable(left, right) || !(isEquality || (isOrdered(left) && isOrdered(right)))) {
    checking.report('types-agree', node, {
      message: `"${node.operator}" does not take ${describe(left)} and ${describe(right)}`,
      ...repairOfOperands(left, right),
    })
  } else if (isEquality) {
    checkSymbol(checking, node.left, right)
    checkSymbol(checking, node.right, left)
  }
  return BOOLEAN
}

function complainOfNullComparison(checking: Checking, node: Binary, known: Known): Type {
  const other = node.left.kind === 'null' ? node.right : node.left
  if (other.kind !== 'null') checking.typeOf(other, known)
  const shown = spelling(checking, other)
  checking.report('nulls-handled', node, {
    message: `"${node.operator}" does not compare with null`,
    repair: `write ${node.operator === '==' ? '!' : ''}ready(${shown})`,
  })
  return BOOLEAN
}

/** A text literal beside a value whose texts are all known must be one of them. */
export function checkSymbol(checking: Checking, node: Ast, beside: Type): void {
  const symbols = symbolsOf(beside)
  if (node.kind !== 'string' || symbols === undefined || symbols.includes(node.value)) return
  checking.report('types-agree', node, {
    message: `"${node.value}" is not one of the symbols of ${describe(beside)}`,
    ...didYouMean(node.value, symbols),
    notes: [`its symbols are ${symbols.join(', ')}`],
  })
}

function typeOfIn(checking: Checking, node: Binary, known: Known): Type {
  const left = plainTypeOf(checking, node.left, known)
  const right = plainTypeOf(checking, node.right, known)
  if (left.kind === 'unknown' || right.kind === 'unknown') return BOOLEAN
  if (right.kind === 'map' && isText(left)) return BOOLEAN
  const items = right.kind === 'list' ? notNull(right.items) : undefined
  const isFound = items && areComparable(left, items)
  if (isFound && left.kind !== 'decimal' && items.kind !== 'decimal') {
    if (node.right.kind === 'list') {
      for (const item of node.right.items) checkSymbol(checking, item, left)
    }
    return BOOLEAN
  }
  checking.report('types-agree', node, {
    message: `"in" does not look for ${describe(left)} in ${describe(right)}`,
    ...(isText(left) && isText(right) && { repair: 'write contains(text, part)' }),
  })
  return BOOLEAN
}
