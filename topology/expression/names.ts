// Types of names: fields, siblings, parameters, members of records, items of lists and maps.
import {
  fieldOf,
  isNumber,
  notNull,
  nullable,
  type RecordType,
  type Type,
  UNKNOWN,
} from '../../schemas/type.ts'
import { didYouMean } from '../suggest.ts'
import { isText } from './agree.ts'
import type { Ast } from './ast.ts'
import { type Checking, type Known, plainTypeOf, spelling, describe } from './checking.ts'

type NameNode = Extract<Ast, { kind: 'name' }>
type MemberNode = Extract<Ast, { kind: 'member' }>
type IndexNode = Extract<Ast, { kind: 'index' }>

const MOST_SHOWN = 24

/** `mood.score` for a chain of names, which a condition can say something about. */
export function pathOf(node: Ast): string | undefined {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'member') return undefined
  const object = pathOf(node.object)
  return object === undefined ? undefined : `${object}.${node.name}`
}

/** Names in a row for a note, not endlessly many. */
export function listNames(names: Iterable<string>): string {
  const all = [...names]
  const shown = all.slice(0, MOST_SHOWN).join(', ')
  return all.length > MOST_SHOWN ? `${shown} and ${all.length - MOST_SHOWN} more` : shown || 'none'
}

export function typeOfName(checking: Checking, node: NameNode, known: Known): Type {
  const { siblings, scope } = checking
  const { name } = node
  const sibling = siblings.get(name)
  if (sibling) {
    checking.used.add(name)
    return known.has(name) ? notNull(sibling.type) : sibling.type
  }
  if (name === 'param') return complainOfParam(checking, node)
  const field = fieldOf(scope.input, name)
  if (field === undefined) return complainOfName(checking, node)
  checking.reads.add(name)
  return known.has(name) ? notNull(field.type) : field.type
}

function complainOfParam(checking: Checking, node: Ast): Type {
  checking.report('parameters-known', node, {
    message: '"param" alone is not a value',
    repair: 'name the parameter: param.x',
    notes: [`the parameters are ${listNames(checking.scope.parameters.keys())}`],
  })
  return UNKNOWN
}

function complainOfName(checking: Checking, node: NameNode): Type {
  const { scope, siblings, entries } = checking
  const fields = scope.input.fields.map(({ name }) => name)
  const notes = [`${scope.inputName} has: ${listNames(fields)}`]
  if (siblings.size > 0) notes.push(`entries beside it: ${listNames(siblings.keys())}`)
  if (entries.has(node.name) && !siblings.has(node.name)) {
    notes.push(
      `"${node.name}" is an entry of the same map, whose entries do not see each other here`,
    )
  }
  checking.report('fields-exist', node, {
    message: `${scope.inputName} has no field "${node.name}"`,
    ...repairOfName(checking, node.name, fields),
    notes,
  })
  return UNKNOWN
}

function repairOfName(
  { scope, siblings }: Checking,
  name: string,
  fields: readonly string[],
): { readonly repair?: string } {
  if (scope.parameters.has(name)) return { repair: `write param.${name}` }
  const called = scope.stateful.get(name) ?? scope.pure.get(name)
  if (called) {
    return { repair: `"${name}" is a function: ${called.example}` }
  }
  return didYouMean(name, [...fields, ...siblings.keys()])
}

export function typeOfMember(checking: Checking, node: MemberNode, known: Known): Type {
  if (node.object.kind === 'name' && node.object.name === 'param') {
    const isField = checking.siblings.has('param')
    if (!isField) return typeOfParameter(checking, node)
  }
  const object = checking.typeOf(node.object, known)
  const record = notNull(object)
  if (record.kind === 'unknown') return UNKNOWN
  if (record.kind !== 'record') return complainOfMember(checking, node, record)
  const field = fieldOf(record, node.name)
  if (field === undefined) return complainOfField(checking, node, record)
  const path = pathOf(node)
  if (path !== undefined && known.has(path)) return notNull(field.type)
  return object.kind === 'nullable' ? nullable(field.type) : field.type
}

function complainOfMember(checking: Checking, node: MemberNode, type: Type): Type {
  const shown = spelling(checking, node.object)
  checking.report('types-agree', node.nameRange, {
    message: `"${shown}" is ${describe(type)}, which has no fields`,
    ...(type.kind === 'map' && { repair: `write ${shown}["${node.name}"]` }),
  })
  return UNKNOWN
}

function complainOfField(checking: Checking, node: MemberNode, record: RecordType): Type {
  const fields = record.fields.map(({ name }) => name)
  const shown = spelling(checking, node.object)
  checking.report('fields-exist', node.nameRange, {
    message: `"${shown}" has no field "${node.name}"`,
    ...didYouMean(node.name, fields),
    notes: [`"${shown}" has: ${listNames(fields)}`],
  })
  return UNKNOWN
}

function typeOfParameter(checking: Checking, node: MemberNode): Type {
  const { scope } = checking
  const parameter = scope.parameters.get(node.name)
  if (parameter === undefined) {
    checking.report('parameters-known', node.nameRange, {
      message: `there is no parameter "${node.name}"`,
      ...didYouMean(node.name, scope.parameters.keys()),
      notes: [`the parameters are ${listNames(scope.parameters.keys())}`],
    })
    return UNKNOWN
  }
  const per = parameter.per?.field
  if (per !== undefined) {
    const field = fieldOf(scope.input, per)
    if (field === undefined || !isText(field.type)) {
      const what = field ? `where it is ${describe(field.type)}` : 'which has no such field'
      checking.report('fields-exist', node, {
        message: `"param.${node.name}" depends on "${per}" of ${scope.inputName}, ${what}`,
        notes: [`${scope.inputName} has: ${listNames(scope.input.fields.map(({ name }) => name))}`],
      })
      return UNKNOWN
    }
    checking.reads.add(per)
  }
  checking.parameters.set(node, parameter)
  return parameter.type
}

export function typeOfIndex(checking: Checking, node: IndexNode, known: Known): Type {
  const object = plainTypeOf(checking, node.object, known)
  const index = plainTypeOf(checking, node.index, known)
  if (object.kind === 'unknown' || index.kind === 'unknown') return UNKNOWN
  if (object.kind === 'list' && isNumber(index)) return nullable(object.items)
  if (object.kind === 'map' && isText(index)) return nullable(object.values)
  const shown = spelling(checking, node.object)
  const takes = { list: 'a number', map: 'text' }[object.kind as string]
  checking.report('types-agree', takes ? node.index : node.object, {
    message: takes
      ? `"${shown}" is ${describe(object)}, whose index is ${takes}, not ${describe(index)}`
      : `"${shown}" is ${describe(object)}, which has no items`,
  })
  return UNKNOWN
}
