// The small kit that every reader of a declaration shares: a node is taken for what it should be,
// or `shape` is reported at it and undefined returned. So a reader reads straight on, and one wrong
// part hides no other.
import type { Spelt } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { parseDuration } from './duration.ts'
import { article, checkName } from './names.ts'
import type { NameKind } from './names.ts'
import { quoted } from './printable.ts'
import type { Span } from './source.ts'
import { suggest } from './suggest.ts'
import { entryOf, isEmpty } from './tree.ts'
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from './tree.ts'

/** What a diagnostic is about: `topic "trades"`, and where its name stands. */
export interface Owner {
  readonly what: string
  readonly span: Span
}

/** A part of an owner: `"rank" of topic "trades"`. */
export function partOf(owner: Owner, entry: MapEntry): Owner {
  return { what: `${quoted(entry.key.text)} of ${owner.what}`, span: entry.key.span }
}

/** An item of a list. */
export function itemOf(owner: Owner): Owner {
  return { what: `an item of ${owner.what}`, span: owner.span }
}

export function spelt(node: ScalarNode): Spelt<string> {
  return { value: node.text, span: node.span }
}

/** `wanted` completes "... is a list, not": `a map of name to topic`. */
export function refuseShape(node: Node, owner: Owner, wanted: string, report: Report): void {
  const refuse = reporter('shape', report)
  if (isEmpty(node)) {
    const message = `${owner.what} is empty`
    refuse({ message, span: owner.span, repair: `write ${wanted}` })
    return
  }
  const message = `${owner.what} is ${describeNode(node)}`
  refuse({ message, span: node.span, repair: `write ${wanted}` })
}

function describeNode(node: Node): string {
  if (node.kind !== 'scalar') {
    const parts = node.kind === 'map' ? node.entries : node.items
    return parts.length === 0 ? `an empty ${node.kind}` : `a ${node.kind}`
  }
  if (typeof node.value === 'number') return `the number ${node.text}`
  if (typeof node.value === 'boolean' || node.value === null) return node.text
  return `the text ${quoted(node.text)}`
}

export function mapOf(
  node: Node,
  owner: Owner,
  wanted: string,
  report: Report,
): MapNode | undefined {
  if (node.kind === 'map') return node
  refuseShape(node, owner, wanted, report)
  return undefined
}

export function listOf(
  node: Node,
  owner: Owner,
  wanted: string,
  report: Report,
): ListNode | undefined {
  if (node.kind === 'list') return node
  refuseShape(node, owner, wanted, report)
  return undefined
}

/** A scalar with something in it. */
export function scalarOf(
  node: Node,
  owner: Owner,
  wanted: string,
  report: Report,
): ScalarNode | undefined {
  if (node.kind !== 'scalar' || node.value === null) {
    refuseShape(node, owner, wanted, report)
    return undefined
  }
  if (node.tag === undefined) return node
  const message = `${owner.what} begins with "!", which YAML takes for a tag`
  const repair = 'put the value in quotes'
  reporter('yaml-plain', report)({ message, span: node.span, repair })
  return undefined
}

/** A name of the given kind; a name that cannot be one is reported and still read. */
export function nameOf(
  node: Node,
  owner: Owner,
  naming: { readonly kind: NameKind; readonly what: string },
  report: Report,
): Spelt<string> | undefined {
  const scalar = scalarOf(node, owner, `the name of ${article(naming.what)}`, report)
  if (!scalar) return undefined
  const name = spelt(scalar)
  checkName(name, naming.kind, naming.what, report)
  return name
}

/** One of a few words. */
export function wordOf<const W extends string>(
  node: Node,
  owner: Owner,
  words: readonly W[],
  report: Report,
): Spelt<W> | undefined {
  const scalar = scalarOf(node, owner, oneOf(words), report)
  if (!scalar) return undefined
  const word = words.find((each) => each === scalar.text)
  if (word !== undefined) return { value: word, span: scalar.span }
  const message = `${owner.what} is ${quoted(scalar.text)}`
  const meant = suggest(scalar.text, words)
  const repair = meant === undefined ? `write ${oneOf(words)}` : `did you mean "${meant}"?`
  reporter('shape', report)({ message, span: scalar.span, repair })
  return undefined
}

function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** Microseconds. */
export function durationOf(
  node: Node,
  owner: Owner,
  bounds: { readonly zero: boolean },
  report: Report,
): Spelt<number> | undefined {
  const scalar = scalarOf(node, owner, 'a duration, such as 500ms', report)
  if (!scalar) return undefined
  const reading = parseDuration(scalar.text)
  const refuse = reporter('shape', report)
  const { span } = scalar
  if ('problem' in reading) {
    const message = `duration ${quoted(scalar.text)} ${reading.problem}`
    refuse({ message, span, repair: reading.repair })
    return undefined
  }
  if (reading.micros > 0 || bounds.zero) return { value: reading.micros, span }
  refuse({ message: `${owner.what} is zero`, span, repair: 'write more than 0s' })
  return undefined
}

/** A whole number in plain decimal digits. */
export function integerOf(
  node: Node,
  owner: Owner,
  bounds: { readonly min: number; readonly max: number },
  report: Report,
): Spelt<number> | undefined {
  const range = `a whole number from ${bounds.min} to ${bounds.max}`
  const scalar = scalarOf(node, owner, range, report)
  if (!scalar) return undefined
  const value = /^[-+]?\d+$/.test(scalar.text) ? Number(scalar.text) : Number.NaN
  if (value >= bounds.min && value <= bounds.max && scalar.style === 'plain') {
    return { value, span: scalar.span }
  }
  const message = `${owner.what} is ${quoted(scalar.text)}`
  reporter('shape', report)({ message, span: scalar.span, repair: `write ${range}` })
  return undefined
}

/** Reports keys that the owner does not have. */
export function checkKeys(
  map: MapNode,
  owner: Owner,
  known: readonly string[],
  report: Report,
): void {
  for (const { key } of map.entries) {
    if (known.includes(key.text)) continue
    const meant = suggest(key.text, known)
    reporter(
      'shape',
      report,
    )({
      message: `${owner.what} has no key ${quoted(key.text)}`,
      span: key.span,
      ...(meant !== undefined && { repair: `did you mean "${meant}"?` }),
      notes: [`${known.length === 1 ? 'its only key is' : 'its keys are'} ${known.join(', ')}`],
    })
  }
}

/** Reports that a key is missing, under its owner's name. */
export function refuseMissing(owner: Owner, key: string, example: string, report: Report): void {
  const message = `${owner.what} has no "${key}"`
  const repair = `add "${key}: ${example}"`
  reporter('shape', report)({ message, span: owner.span, repair })
}

/** How a part is read: the node, and what to call it. */
export type Take<T> = (node: Node, part: Owner) => T | undefined

/** The part under a key, undefined where there is none. */
export function optional<T>(map: MapNode, owner: Owner, key: string, take: Take<T>): T | undefined {
  const entry = entryOf(map, key)
  return entry && take(entry.value, partOf(owner, entry))
}

/** The part under a key that must be there. */
export function required<T>(
  map: MapNode,
  owner: Owner,
  key: { readonly word: string; readonly example: string },
  take: Take<T>,
  report: Report,
): T | undefined {
  if (!entryOf(map, key.word)) refuseMissing(owner, key.word, key.example, report)
  return optional(map, owner, key.word, take)
}
