// YAML text becomes the tree of tree.ts. YAML 1.2's core schema without anchors, aliases, merge
// keys, directives or tags that do anything. Whatever the text is, this reports and returns; it
// never throws, and its time and memory are bounded.
import { isAlias, isMap, isScalar } from 'yaml'
import type { ParsedNode, Scalar, YAMLMap } from 'yaml'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { parseYaml } from './parse-yaml.ts'
import { quoted } from './printable.ts'
import { lineAndColumn } from './source.ts'
import type { Source, Span } from './source.ts'
import type { MapEntry, MapNode, Node, ScalarNode } from './tree.ts'
import type { YamlMistake } from './yaml-mistakes.ts'

/** Characters of one file. Data tables belong in data files, not in a topology. */
export const LARGEST_FILE = 2_000_000
/** Mistakes of one file that are shown; the rest is counted. */
const MOST_MISTAKES = 1_000

/** What YAML allows nobody to write, and a carriage return that ends no line. */
const UNPRINTABLE = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|\r(?!\n)|\p{Cs}/gu

/**
 * The file's root, an empty scalar if it says nothing. Undefined when the text is so broken that
 * the tree would be a guess; what is wrong has then been reported, all of it. Codes: `yaml-valid`,
 * `yaml-plain`, `size-bounded`, and `names-unique` for a key that is written twice.
 */
export function readTree(source: Source, report: Report): Node | undefined {
  if (source.text.length > LARGEST_FILE) {
    reporter(
      'size-bounded',
      report,
    )({
      message: `the file is ${source.text.length} characters long`,
      span: { source, start: 0, end: 0 },
      repair: `keep it under ${LARGEST_FILE}; data belongs in a topic or a data file`,
    })
    return undefined
  }
  const unprintable = unprintableIn(source.text)
  // The same length, so that every place stays where it is.
  const text = unprintable.length > 0 ? source.text.replace(UNPRINTABLE, '\uFFFD') : source.text
  const { document, mistakes } = parseYaml(text)
  const all = [...unprintable, ...mistakes]
  reportAll(all, source, report)
  if (all.some((mistake) => mistake.breaks)) return undefined
  const contents = document?.contents
  if (!contents) return emptyScalar(source, text.length, false)
  return makeNode(contents, { source, report, flow: false })
}

function unprintableIn(text: string): readonly YamlMistake[] {
  const mistakes: YamlMistake[] = []
  for (const { 0: character, index } of text.matchAll(UNPRINTABLE)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const message =
      character === '\r'
        ? 'a carriage return ends no line'
        : `character U+${code} cannot stand in a file`
    const repair = character === '\r' ? 'end lines with a line feed' : 'remove it'
    mistakes.push({ start: index, end: index + 1, message, repair, breaks: true })
  }
  return mistakes
}

/** Of what breaks a line only the first is said: the rest there is mostly its consequence. */
function reportAll(mistakes: readonly YamlMistake[], source: Source, report: Report): void {
  const span = (start: number, end: number): Span => ({ source, start, end })
  const lines = new Set<number>()
  const sorted = [...mistakes].sort((a, b) => a.start - b.start)
  let said = 0
  for (const { code = 'yaml-valid', start, end, message, repair, cause } of sorted) {
    const { line } = lineAndColumn(source, start)
    if (code === 'yaml-valid' && lines.has(line)) continue
    lines.add(line)
    said += 1
    if (said > MOST_MISTAKES) break
    reporter(
      code,
      report,
    )({
      message,
      span: span(start, end),
      ...(repair !== undefined && { repair }),
      ...(cause && { cause: { span: span(cause.start, cause.end), label: cause.label } }),
      ...(said === MOST_MISTAKES && { notes: ['further mistakes of this kind are not shown'] }),
    })
  }
}

interface Making {
  readonly source: Source
  readonly report: Report
  readonly flow: boolean
}

function makeNode(node: ParsedNode, making: Making): Node {
  if (isScalar(node)) return makeScalar(node, making)
  // An alias breaks the tree, so none comes here from a tree that is used.
  if (isAlias(node)) return emptyScalar(making.source, node.range[0], making.flow)
  const flow = making.flow || node.flow === true
  if (node.tag !== undefined) refuseTag(node, making)
  const inside = { ...making, flow }
  if (isMap(node)) return makeMap(node, inside)
  const items = node.items.map((item) => makeNode(item, inside))
  return { kind: 'list', items, span: spanOf(node, items.at(-1), inside), flow }
}

/** A block collection ends with its last child, without the blank lines and comments behind it. */
function spanOf(
  { range, flow }: { range?: readonly [number, number, number] | null; flow?: boolean },
  last: Node | undefined,
  { source }: Making,
): Span {
  const [start, end] = range ?? [0, 0]
  return { source, start, end: flow || !last ? end : last.span.end }
}

function makeMap(map: YAMLMap<ParsedNode, ParsedNode | null>, making: Making): MapNode {
  const { source, report, flow } = making
  const entries = new Map<string, MapEntry>()
  let last: Node | undefined
  for (const pair of map.items) {
    if (!isScalar(pair.key)) {
      const [start, end] = pair.key.range
      reporter(
        'yaml-plain',
        report,
      )({
        message: `a ${isMap(pair.key) ? 'map' : 'list'} stands where a key should`,
        span: { source, start, end },
        repair: 'write a word, or put the value in quotes',
      })
      last = pair.value ? makeNode(pair.value, making) : last
      continue
    }
    if (pair.key.tag !== undefined) refuseTag(pair.key, making)
    const key = makeScalar(pair.key, making)
    const value = pair.value
      ? makeNode(pair.value, making)
      : emptyScalar(source, key.span.end, flow)
    last = value
    const first = entries.get(key.text)
    if (first) refuseDouble(first, key, report)
    else entries.set(key.text, { key, value })
  }
  const span = spanOf(map, last, making)
  return { kind: 'map', entries: [...entries.values()], span, flow }
}

function refuseDouble(first: MapEntry, key: ScalarNode, report: Report): void {
  reporter(
    'names-unique',
    report,
  )({
    message: `key ${quoted(key.text)} is written twice`,
    span: key.span,
    repair: 'choose another name, or remove one',
    cause: { span: first.key.span, label: 'the first is here' },
  })
}

function makeScalar(scalar: Scalar, { source, flow }: Making): ScalarNode {
  const [valueStart, end] = scalar.range ?? [0, 0]
  const { value, type, tag } = scalar
  const start = tag === undefined ? valueStart : tagOf(source.text, valueStart).start
  const text = scalar.source ?? (typeof value === 'string' ? value : '')
  const isPlainValue =
    tag === undefined && (value === null || typeof value === 'number' || typeof value === 'boolean')
  return {
    kind: 'scalar',
    value: isPlainValue ? value : text,
    text,
    style: type?.startsWith('BLOCK') ? 'block' : type?.startsWith('QUOTE') ? 'quoted' : 'plain',
    span: { source, start, end },
    flow,
    ...(tag !== undefined && { tag }),
  }
}

function emptyScalar(source: Source, at: number, flow: boolean): ScalarNode {
  const span = { source, start: at, end: at }
  return { kind: 'scalar', value: null, text: '', style: 'plain', span, flow }
}

function refuseTag(node: ParsedNode | Scalar, { source, report }: Making): void {
  const { start, tag } = tagOf(source.text, node.range?.[0] ?? 0)
  reporter(
    'yaml-plain',
    report,
  )({
    message: `${quoted(tag)} is a tag of YAML, not of the language`,
    span: { source, start, end: start + tag.length },
    repair: 'leave it out, or put the value in quotes',
  })
}

/** The tag in front of a value, which the package leaves out of the value's range. */
function tagOf(text: string, valueStart: number): { start: number; tag: string } {
  let start = Math.max(0, text.lastIndexOf('!', valueStart - 1))
  while (start > 0 && /[^\s,[{]/.test(text.charAt(start - 1))) start -= 1
  const end = start + Math.max(1, text.slice(start, valueStart).search(/\s|$/))
  return { start, tag: text.slice(start, end) }
}
