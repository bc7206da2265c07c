// The values of the parameters: defaults, or what `--set` says instead, typed and held to their
// bounds.
import { BOOLEAN, UNKNOWN } from '../schemas/type.ts'
import { parametersHold, parametersSettable, requirementsHold } from './check/parameters-hold.ts'
import type { Bound, Bounds } from './check/parameters-hold.ts'
import type { ParameterDeclaration, TopologyDeclaration } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import { checkExpression } from './expression/check.ts'
import { compileExpression } from './expression/compile.ts'
import type { ParameterValue, Scope } from './expression/expression.ts'
import { literalOf, plainType } from './literal.ts'
import type { Literal } from './literal.ts'
import { quoted } from './printable.ts'
import { readTree } from './read-tree.ts'
import type { Span } from './source.ts'
import { didYouMean } from './suggest.ts'
import type { Node, ScalarNode } from './tree.ts'

/** What `--set` gives: the value's text by parameter. */
export type Settings = Readonly<Record<string, string>>

/** The parameters as expressions see them; one whose value is wrong has an unknown type. */
export function readParameterValues(
  { parameters, unread }: TopologyDeclaration,
  set: Settings,
  report: Report,
): ReadonlyMap<string, ParameterValue> {
  const values = new Map<string, ParameterValue>()
  for (const name of unread.parameters) values.set(name, { type: UNKNOWN, value: undefined })
  for (const each of parameters) values.set(each.name.value, valueOf(each, set, report))
  const known = [...values.keys()]
  for (const [name, text] of Object.entries(set)) {
    if (values.has(name)) continue
    const { nameSpan } = settingSpans(name, text)
    parametersSettable.check(report, name, nameSpan, known, didYouMean(name, known))
  }
  return values
}

function valueOf(declaration: ParameterDeclaration, set: Settings, report: Report): ParameterValue {
  const { name, min, max, per } = declaration
  const what = `parameter ${quoted(name.value)}`
  const standard = literalOf(declaration.default)
  const hold = (literal: Literal | undefined, type: Literal | undefined, node: Node): boolean =>
    parametersHold.check(report, { what, literal, span: node.span }, type?.type, bounds)
  const bounds: Bounds = { min: boundOf(min), max: boundOf(max) }
  let holds = hold(standard, undefined, declaration.default)
  for (const bound of [min, max]) {
    if (bound && standard) holds = holdsAsBound(bound, standard, what, report) && holds
  }
  const values = new Map<string, unknown>()
  for (const [key, node] of per?.values ?? []) {
    const literal = literalOf(node)
    holds = hold(literal, standard, node) && holds
    values.set(key, literal?.value)
  }
  const text = Object.hasOwn(set, name.value) ? set[name.value] : undefined
  const given = text === undefined ? standard : setLiteral(text)
  if (text !== undefined) {
    const { valueSpan: span } = settingSpans(name.value, text)
    const setting = { what, literal: given, span }
    holds = parametersHold.check(report, setting, standard?.type, bounds) && holds
  }
  if (!holds || !given) return { type: UNKNOWN, value: undefined }
  const table = per && { field: per.field.value, values }
  // Of a text the type is any text: `--set` may say another.
  return { type: plainType(given.type), value: given.value, ...(table && { per: table }) }
}

function boundOf(node: ScalarNode | undefined): Bound | undefined {
  const literal = node && literalOf(node)
  if (!node || typeof literal?.value !== 'number') return undefined
  return { value: literal.value, text: node.text, span: node.span }
}

/** A bound is of the parameter's type, or of its items' type. */
function holdsAsBound(node: ScalarNode, { type }: Literal, what: string, report: Report): boolean {
  const item = type.kind === 'list' ? type.items : type
  const given = { what: `a bound of ${what}`, literal: literalOf(node), span: node.span }
  return parametersHold.check(report, given, item, { min: undefined, max: undefined })
}

function setLiteral(text: string): Literal | undefined {
  const node = readTree({ path: '--set', text }, () => undefined)
  return node && literalOf(node)
}

/** Where a setting stands on the command line: `fast=200` is a source of its own. */
function settingSpans(name: string, text: string): { nameSpan: Span; valueSpan: Span } {
  const source = { path: '--set', text: `${name}=${text}` }
  const end = source.text.length
  return {
    nameSpan: { source, start: 0, end: name.length },
    valueSpan: { source, start: name.length + 1, end },
  }
}

/** Evaluates every `require:`; each must be true of the parameters as they are set. */
export function checkRequirements(
  { requires }: TopologyDeclaration,
  scope: Scope,
  report: Report,
): void {
  for (const node of requires) {
    const options = { expected: BOOLEAN, stateful: false }
    const expression = checkExpression(node, scope, report, options)
    if (!expression) continue
    const isUnknown = [...expression.types.values()].some(({ kind }) => kind === 'unknown')
    if (isUnknown || compileExpression(expression)({}) === true) continue
    const names = new Set([...node.text.matchAll(/\bparam\.(\w+)/g)].map(([, name = '']) => name))
    const values = [...names].map(
      (name) => `${name} = ${String(scope.parameters.get(name)?.value)}`,
    )
    requirementsHold.check(report, node.text, node.span, values)
  }
}
