// The type of every node: hands each kind to the file that knows it, and notes the answer for the
// compiler.
import { BOOLEAN, DOUBLE, DURATION, NULL, type Type, UNKNOWN } from '../../schemas/type.ts'
import { commonType } from './agree.ts'
import type { Ast } from './ast.ts'
import { typeOfCall } from './calls.ts'
import { type Checking, type Known, plainTypeOf, shown, describe } from './checking.ts'
import { typeOfIndex, typeOfMember, typeOfName } from './names.ts'
import { typeOfBinary, typeOfUnary } from './operations.ts'

/** The type of a node, noted for the compiler. Unknown, and complained about, where it has none. */
export function typeOf(checking: Checking, node: Ast, known: Known): Type {
  const type = judge(checking, node, known)
  checking.types.set(node, type)
  return type
}

function judge(checking: Checking, node: Ast, known: Known): Type {
  switch (node.kind) {
    case 'number':
      return typeOfNumber(checking, node)
    case 'string':
      return { kind: 'string', literals: [node.value] }
    case 'boolean':
      return BOOLEAN
    case 'null':
      return NULL
    case 'list':
      return typeOfList(checking, node, known)
    case 'name':
      return typeOfName(checking, node, known)
    case 'member':
      return typeOfMember(checking, node, known)
    case 'index':
      return typeOfIndex(checking, node, known)
    case 'unary':
      return typeOfUnary(checking, node, known)
    case 'binary':
      return typeOfBinary(checking, node, known)
    case 'call':
      return typeOfCall(checking, node, known)
  }
}

function typeOfNumber(checking: Checking, node: Extract<Ast, { kind: 'number' }>): Type {
  if (node.unit === 'none') return DOUBLE
  if (node.unit === 'duration') return DURATION
  checking.report('types-agree', node, {
    message: `${shown(checking, node)} is a price step: no operator here gives it a meaning yet`,
    repair: 'write the price difference itself',
  })
  return UNKNOWN
}

function typeOfList(checking: Checking, node: Extract<Ast, { kind: 'list' }>, known: Known): Type {
  let items: Type | undefined
  for (const item of node.items) {
    const type = plainTypeOf(checking, item, known)
    const next = items === undefined ? type : commonType(items, type)
    if (next === undefined) {
      const types = `${describe(items ?? UNKNOWN)} and ${describe(type)}`
      checking.report('types-agree', item, {
        message: `a list has items of one type, not ${types}`,
      })
      return UNKNOWN
    }
    items = next
  }
  return { kind: 'list', items: items ?? UNKNOWN }
}
