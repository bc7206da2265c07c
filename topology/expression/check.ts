// Checks expressions: text of a YAML scalar to a typed expression, or diagnostics for every mistake
// in it. Whoever reads a config calls these; what they return is all that the compiler and the
// operators need.
import { fieldOf, notNull, type Type, UNKNOWN } from '../../schemas/type.ts'
import type { Report } from '../diagnostic.ts'
import type { MapEntry, MapNode, Node, ScalarNode } from '../tree.ts'
import { agrees, isInteger } from './agree.ts'
import type { Ast } from './ast.ts'
import { type BlockOptions, entriesOf, orderEntries } from './block-entries.ts'
import { canonical } from './canonical.ts'
import {
  adopt,
  type Checking,
  complainOfNull,
  literalNumber,
  lookbackOf,
  NOTHING,
  plainTypeOf,
  type Sibling,
  shown,
  startChecking,
  describe,
} from './checking.ts'
import type { Block, BlockEntry, Expression, Scope } from './expression.ts'
import { checkSymbol } from './operations.ts'
import { type Owner, readExpression } from './read-expression.ts'
import { typeOf } from './typing.ts'
import { unknownExpression } from './unknown-expression.ts'

export interface ExpressionOptions {
  /** What the value must be; `any` for whatever it is. */
  readonly expected: Type | 'any'
  /** Whether stateful functions are allowed. */
  readonly stateful: boolean
  /** Whose value it is, for a node that is no expression. */
  readonly owner?: Owner
}

/** Checks one expression. Reports every mistake in it and returns undefined if there is one. */
export function checkExpression(
  node: Node,
  scope: Scope,
  report: Report,
  { expected, stateful, owner = { name: 'this', span: node.span } }: ExpressionOptions,
): Expression | undefined {
  const read = readExpression(node, owner, report)
  if (!read) return undefined
  const context = { stateful, scope, siblings: new Map(), entries: new Set<string>() }
  return check(read.scalar, read.ast, report, context, expected)
}

/**
 * Checks a map of expressions. Reports every mistake in it and returns undefined if there is one.
 */
export function checkBlock(
  map: MapNode,
  scope: Scope,
  report: Report,
  options: BlockOptions,
): Block | undefined {
  const mistakes: string[] = []
  const complain: Report = (diagnostic) => {
    if (diagnostic.severity === 'error') mistakes.push(diagnostic.code)
    report(diagnostic)
  }
  const entries = entriesOf(map, scope, complain, options)
  const names = entries.map(({ key }) => key.text)
  const read = entries.map(({ key, value }) =>
    readExpression(value, { name: key.text, span: key.span }, complain),
  )
  const asts = read.map((each) => (options.siblings ? each?.ast : undefined))
  const { order, circular } = orderEntries(entries, asts, scope, complain)
  const checked: BlockEntry[] = []
  const done = new Map<string, Sibling>()
  for (const index of order) {
    const { key } = entries[index] ?? {}
    const each = read[index]
    if (!key || !each) continue
    const siblings = options.siblings
      ? siblingsOf(key.text, { names, circular, done, scope })
      : new Map()
    const context = { stateful: options.stateful, scope, siblings, entries: new Set(names) }
    const expected = fixedType(options, key.text)
    const expression = check(each.scalar, each.ast, complain, context, expected)
    if (!expression) continue
    const { type, lookback } = expression
    done.set(key.text, { type, lookback })
    checked.push({ name: key.text, nameSpan: key.span, expression })
  }
  if (mistakes.length === 0) return { entries: checked, names }
  return options.lenient ? { entries: withUnknown(entries, checked), names } : undefined
}

/** All entries, those with a mistake as expressions of unknown type. */
function withUnknown(
  entries: readonly MapEntry[],
  checked: readonly BlockEntry[],
): readonly BlockEntry[] {
  const sound = new Set(checked.map(({ name }) => name))
  const flawed = entries.filter(({ key }) => !sound.has(key.text))
  return [
    ...checked,
    ...flawed.map(({ key }) => ({
      name: key.text,
      nameSpan: key.span,
      expression: unknownExpression(key.span),
    })),
  ]
}

function fixedType({ names }: BlockOptions, name: string): Type | 'any' {
  return names && Object.hasOwn(names, name) ? (names[name]?.type ?? 'any') : 'any'
}

/**
 * What an entry sees: the others, of unknown type where they are wrong; its own name if only a
 * cycle can be meant.
 */
function siblingsOf(
  own: string,
  about: {
    readonly names: readonly string[]
    readonly circular: ReadonlySet<string>
    readonly done: ReadonlyMap<string, Sibling>
    readonly scope: Scope
  },
): ReadonlyMap<string, Sibling> {
  const { names, circular, done, scope } = about
  const isField = fieldOf(scope.input, own) !== undefined
  const seen = names.filter((name) => name !== own || (circular.has(own) && !isField))
  return new Map(seen.map((name) => [name, done.get(name) ?? { type: UNKNOWN, lookback: 0 }]))
}

function check(
  node: ScalarNode,
  ast: Ast,
  report: Report,
  context: Pick<Checking, 'stateful' | 'scope' | 'siblings' | 'entries'>,
  expected: Type | 'any',
): Expression | undefined {
  const checking = startChecking(node, report, {
    ...context,
    typeOf: (each, known) => typeOf(checking, each, known),
  })
  const found =
    ast.kind === 'null' ? plainTypeOf(checking, ast, NOTHING) : checking.typeOf(ast, NOTHING)
  const type = expected === 'any' ? found : expect(checking, ast, found, expected)
  if (checking.hasFailed()) return undefined
  const { types, parameters, calls, pureCalls, reads, used } = checking
  return {
    text: node.text,
    canonical: canonical(checking, ast),
    ast,
    type,
    span: node.span,
    types,
    parameters,
    calls,
    pureCalls,
    reads,
    siblings: used,
    lookback: lookbackOf(checking, ast),
  }
}

/** Holds the whole expression to the type that its place asks for. */
function expect(checking: Checking, ast: Ast, found: Type, expected: Type): Type {
  const wanted = notNull(expected)
  const isExact = wanted.kind === 'decimal' || isInteger(wanted)
  const isLiteral = literalNumber(ast) !== undefined
  const type = isLiteral && isExact ? adopt(checking, ast, wanted) : found
  if (agrees(expected, type)) return type
  if (type.kind === 'nullable' && agrees(expected, type.of)) {
    complainOfNull(checking, ast, [`${describe(expected)} is expected`])
  } else if (ast.kind === 'string' && wanted.kind === 'enum') {
    checkSymbol(checking, ast, wanted)
  } else {
    const wish = describe(expected)
    checking.report('types-agree', ast, {
      message: `${shown(checking, ast)} is ${describe(type)} where ${wish} is expected`,
    })
  }
  return type
}
