// The entries of a block before their types: which there are, what they are called, and in which
// order they follow.
import { fieldOf, type Type } from '../../schemas/type.ts'
import { type Report, reporter } from '../diagnostic.ts'
import { didYouMean } from '../suggest.ts'
import { checkName } from '../names.ts'
import { quoted } from '../printable.ts'
import type { Source } from '../source.ts'
import type { MapEntry, MapNode, ScalarNode } from '../tree.ts'
import type { Ast } from './ast.ts'
import type { Scope } from './expression.ts'
import type { Owner } from './read-expression.ts'
import { namesIn, orderSiblings } from './siblings.ts'
import { reportSplits } from './split-by-comma.ts'

/** One name of a block whose names are fixed. */
export interface FixedName {
  readonly summary: string
  readonly type: Type
  readonly optional?: true
  /** The expression that an author who leaves it out means; without it, it is required. */
  readonly otherwise?: string
}

export interface BlockOptions {
  readonly stateful: boolean
  /** Whether entries may refer to each other. */
  readonly siblings: boolean
  /**
   * Whether an entry may have the name of an input's field: `allow` where the input's fields do
   * not go on.
   */
  readonly shadow?: 'refuse' | 'allow'
  /** The names that there may be; left out: any. */
  readonly names?: Readonly<Record<string, FixedName>>
  /** Entries that the operator adds, as text. */
  readonly given?: Readonly<Record<string, string>>
  /** Whose block it is, for a name that is missing. */
  readonly owner?: Owner
  /**
   * Whether an entry with a mistake becomes one of unknown type, instead of the whole being
   * refused.
   */
  readonly lenient?: true
}

/**
 * The author's entries without those that a comma cut, then the ones that were left out, then the
 * operator's.
 */
export function entriesOf(
  map: MapNode,
  scope: Scope,
  report: Report,
  options: BlockOptions,
): readonly MapEntry[] {
  const { names, given = {}, shadow = 'refuse' } = options
  const owner = options.owner ?? { name: 'this map', span: map.span }
  const cut = reportSplits(map, report)
  const written = map.entries.filter((entry) => !cut.has(entry))
  for (const { key } of written) {
    checkName({ value: key.text, span: key.span }, 'identifier', 'field', report)
    if (names && !Object.hasOwn(names, key.text)) {
      complainOfUnknown(key, owner, Object.keys(names), report)
    } else if (Object.hasOwn(given, key.text)) {
      complainOfGiven(key, report)
    }
  }
  const isWritten = (name: string): boolean => written.some(({ key }) => key.text === name)
  const added = Object.entries(given).map(([name, text]) => entryFromText(map, name, text))
  const missing = Object.entries(names ?? {}).filter(([name]) => !isWritten(name))
  const otherwise = missing.flatMap(([name, fixed]) => {
    if (fixed.otherwise !== undefined) return [entryFromText(map, name, fixed.otherwise)]
    if (!fixed.optional && cut.size === 0) complainOfMissing(name, owner, fixed, report)
    return []
  })
  const entries = [...written, ...otherwise, ...added]
  if (shadow === 'refuse') refuseShadows(entries, scope, report)
  return entries
}

/** As check/config-known.ts says it of other keys. */
function complainOfUnknown(
  key: ScalarNode,
  owner: Owner,
  known: readonly string[],
  report: Report,
): void {
  const complain = reporter('config-known', report)
  complain({
    message: `${quoted(owner.name)} has no key ${quoted(key.text)}`,
    span: key.span,
    ...didYouMean(key.text, known),
    notes: [`keys of ${quoted(owner.name)}: ${known.join(', ')}`],
  })
}

/** As check/config-complete.ts says it of other keys. */
function complainOfMissing(name: string, owner: Owner, fixed: FixedName, report: Report): void {
  const complain = reporter('config-complete', report)
  complain({
    message: `${quoted(owner.name)} needs ${quoted(name)}`,
    span: owner.span,
    repair: `add "${name}:"`,
    notes: [`${name}: ${fixed.summary}`],
  })
}

/** An entry that no file holds: a mistake in its name is shown at the block. */
function entryFromText(map: MapNode, name: string, text: string): MapEntry {
  const source: Source = { path: 'operator', text }
  const about = { kind: 'scalar', style: 'plain', flow: false } as const
  return {
    key: { ...about, value: name, text: name, span: { ...map.span, end: map.span.start } },
    value: { ...about, value: text, text, span: { source, start: 0, end: text.length } },
  }
}

function complainOfGiven(key: ScalarNode, report: Report): void {
  const complain = reporter('names-unique', report)
  complain({
    message: `${quoted(key.text)} is computed by the operator`,
    span: key.span,
    repair: 'remove it, or give it another name',
  })
}

function refuseShadows(entries: readonly MapEntry[], scope: Scope, report: Report): void {
  const complain = reporter('names-unique', report)
  for (const { key } of entries) {
    if (fieldOf(scope.input, key.text) === undefined) continue
    complain({
      message: `${quoted(key.text)} is a field of ${scope.inputName} already`,
      span: key.span,
      repair: 'give the new field another name',
      notes: ['the fields of the input go on beside the new ones'],
    })
  }
}

export interface EntryOrder {
  /** Indexes of entries, each after those that it refers to. */
  readonly order: readonly number[]
  /** Names of entries that depend on themselves, which has been reported. */
  readonly circular: ReadonlySet<string>
}

export function orderEntries(
  entries: readonly MapEntry[],
  asts: readonly (Ast | undefined)[],
  scope: Scope,
  report: Report,
): EntryOrder {
  const indexes = new Map(entries.map(({ key }, index) => [key.text, index]))
  const references = asts.map((ast, own) => {
    const name = entries[own]?.key.text ?? ''
    const isField = fieldOf(scope.input, name) !== undefined
    const others = [...(ast ? namesIn(ast) : [])].filter((each) => each !== name || !isField)
    return others.flatMap((each) => indexes.get(each) ?? [])
  })
  const { order, cycles } = orderSiblings(references)
  const circular = new Set<string>()
  for (const cycle of cycles) {
    const keys = cycle.flatMap((index) => entries[index]?.key ?? [])
    for (const key of keys) circular.add(key.text)
    reportCycle(keys, report)
  }
  return { order, circular }
}

function reportCycle(keys: readonly ScalarNode[], report: Report): void {
  const [first, second] = keys
  if (!first) return
  const chain = [...keys, first].map(({ text }) => text).join(' -> ')
  const complain = reporter('siblings-acyclic', report)
  complain({
    message: `${quoted(first.text)} depends on itself: ${chain}`,
    span: first.span,
    ...(second && { cause: { span: second.span, label: `leads back to ${quoted(first.text)}` } }),
  })
}
