// What the files of the checker share: one expression in the making, and how it complains.
import { describeType, notNull, type Type, UNKNOWN } from '../../schemas/type.ts'
import type { Report } from '../diagnostic.ts'
import { locate } from '../expression-span.ts'
import type { ScalarNode } from '../tree.ts'
import { decimalOf } from './agree.ts'
import type { Ast, Range } from './ast.ts'
import type { ParameterValue, Scope, StatefulCall } from './expression.ts'
import type { PureFunction } from './function.ts'
import { childrenOf } from './parser.ts'
import type { ExpressionRule } from './rules.ts'

/** Another entry of the block, checked before. */
export interface Sibling {
  readonly type: Type
  readonly lookback: number
}

/** Paths such as `mood.score` that are not null where they stand, because a condition says so. */
export type Known = ReadonlySet<string>
export const NOTHING: Known = new Set()

export interface Finding {
  readonly message: string
  readonly repair?: string
  readonly notes?: readonly string[]
}

export interface Checking {
  readonly text: string
  readonly scope: Scope
  readonly stateful: boolean
  readonly siblings: ReadonlyMap<string, Sibling>
  /** Names of the block's entries, whether or not they may be referred to. */
  readonly entries: ReadonlySet<string>
  readonly report: (code: ExpressionRule, range: Range, finding: Finding) => void
  /** Whether anything was complained about. */
  readonly hasFailed: () => boolean
  readonly typeOf: (node: Ast, known: Known) => Type
  readonly types: Map<Ast, Type>
  readonly parameters: Map<Ast, ParameterValue>
  readonly calls: Map<Ast, StatefulCall>
  readonly pureCalls: Map<Ast, PureFunction>
  readonly reads: Set<string>
  readonly used: Set<string>
  /** Spellings already complained about as nullable, so that each is named once. */
  readonly nulls: Set<string>
}

export function startChecking(
  node: ScalarNode,
  report: Report,
  given: Pick<Checking, 'scope' | 'stateful' | 'siblings' | 'entries' | 'typeOf'>,
): Checking {
  let failed = false
  return {
    ...given,
    text: node.text,
    report: (code, range, finding) => {
      failed = true
      report({ code, severity: 'error', ...finding, span: locate(node, range) })
    },
    hasFailed: () => failed,
    types: new Map(),
    parameters: new Map(),
    calls: new Map(),
    pureCalls: new Map(),
    reads: new Set(),
    used: new Set(),
    nulls: new Set(),
  }
}

/** A node as its author spelt it. */
export function spelling({ text }: Checking, { start, end }: Range): string {
  const spelt = text.slice(start, end).replace(/\s+/g, ' ')
  return spelt.length > 60 ? `${spelt.slice(0, 57)}...` : spelt
}

/** A type in a message; which text a literal is stands in the message already. */
export function describe(type: Type): string {
  return type.kind === 'string' ? 'string' : describeType(type)
}

/** A node in a message: in double quotes, unless it has quotes of its own. */
export function shown(checking: Checking, node: Ast): string {
  const spelt = spelling(checking, node)
  return node.kind === 'string' ? spelt : `"${spelt}"`
}

/** The type of an operand or argument, where null has no place. */
export function plainTypeOf(checking: Checking, node: Ast, known: Known): Type {
  const type = checking.typeOf(node, known)
  if (type.kind === 'null') {
    checking.report('nulls-handled', node, {
      message: '"null" stands where a value is expected',
      repair: '"null" may only be a branch of if(c, a, b)',
    })
    return UNKNOWN
  }
  if (type.kind === 'nullable') complainOfNull(checking, node)
  return notNull(type)
}

export function complainOfNull(checking: Checking, node: Ast, notes?: readonly string[]): void {
  const spelt = spelling(checking, node)
  if (checking.nulls.has(spelt)) return
  checking.nulls.add(spelt)
  const narrows = node.kind === 'name' || node.kind === 'member'
  checking.report('nulls-handled', node, {
    message: `"${spelt}" may be null`,
    repair: `write orElse(${spelt}, ...)${narrows ? `, or if(ready(${spelt}), ..., ...)` : ''}`,
    ...(notes && { notes }),
  })
}

/** Requires one kind of type and says which; unknown passes. */
export function expectBoolean(checking: Checking, node: Ast, known: Known): void {
  const type = plainTypeOf(checking, node, known)
  if (type.kind === 'boolean' || type.kind === 'unknown') return
  checking.report('types-agree', node, {
    message: `${shown(checking, node)} is ${describe(type)} where boolean is expected`,
  })
}

/** The value of a number literal, with its sign; undefined for every other node. */
export function literalNumber(node: Ast): number | undefined {
  if (node.kind === 'number') return node.unit === 'none' ? node.value : undefined
  if (node.kind !== 'unary' || node.operator !== '-' || node.operand.kind !== 'number') {
    return undefined
  }
  return node.operand.unit === 'none' ? -node.operand.value : undefined
}

/**
 * Gives a number literal the type that it stands beside: a decimal beside a decimal, a whole number
 * beside int or long. Returns the node's type after that.
 */
export function adopt(checking: Checking, node: Ast, beside: Type): Type {
  const type = checking.types.get(node) ?? UNKNOWN
  const value = literalNumber(node)
  const target = notNull(beside)
  if (value === undefined) return type
  if (target.kind === 'decimal') return retype(checking, node, decimalOf(value))
  const isWhole = target.kind === 'int' || target.kind === 'long'
  return isWhole && Number.isSafeInteger(value) ? retype(checking, node, target) : type
}

function retype(checking: Checking, node: Ast, type: Type): Type {
  checking.types.set(node, type)
  for (const child of childrenOf(node)) retype(checking, child, type)
  return type
}

/** Records of its key that pass before everything in the node is ready. */
export function lookbackOf(checking: Checking, node: Ast): number {
  const call = checking.calls.get(node)
  if (call) return call.lookback
  if (node.kind === 'name') {
    return checking.used.has(node.name) ? (checking.siblings.get(node.name)?.lookback ?? 0) : 0
  }
  return Math.max(0, ...childrenOf(node).map((child) => lookbackOf(checking, child)))
}
