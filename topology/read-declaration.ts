// Tree -> declaration: the sections of a topology file and of the files that it includes, read into
// named parts. Names stay unresolved and configs stay nodes. Each part is read on its own, so that
// one that is wrong hides no other.
import type { Spelt, TopologyDeclaration, Unread } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { checkName, namespace } from './names.ts'
import type { Claim, NameKind } from './names.ts'
import { readSink, readSource } from './read-connections.ts'
import { readAllFates } from './read-fates.ts'
import { createIncludes } from './read-include.ts'
import { readCalendar, readParameter, readRequires } from './read-parameters.ts'
import { readStep } from './read-steps.ts'
import { readTopic } from './read-topics.ts'
import { readTree } from './read-tree.ts'
import { checkKeys, mapOf, nameOf, refuseMissing, refuseShape, spelt } from './reading.ts'
import type { Owner } from './reading.ts'
import type { Files, Source } from './source.ts'
import { entryOf, isEmpty } from './tree.ts'
import type { MapEntry, MapNode } from './tree.ts'

const SECTIONS = [
  ...['topology', 'include', 'parameters', 'require', 'calendars', 'sources', 'topics', 'fate'],
  ...['steps', 'sinks'],
]
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
type Draft = Mutable<Omit<TopologyDeclaration, 'source' | 'root' | 'name' | 'unread'>> & {
  readonly unread: { readonly [K in keyof Unread]: Set<string> }
  /** Whether a whole section or file is missing, so that every name in it would look unknown. */
  isLost: boolean
}

/**
 * Reads a topology file and what it includes; everything wrong with their shape is reported. A name
 * that is declared twice keeps its first meaning. Undefined when a file or a whole section cannot
 * be read: every reference into it would look wrong. Codes: those of `readTree`, `shape`,
 * `names-valid`, `names-unique`, `includes-found`.
 */
export function readDeclaration(
  source: Source,
  files: Files,
  report: Report,
): TopologyDeclaration | undefined {
  const root = readTree(source, report)
  if (!root) return undefined
  const owner: Owner = { what: 'the file', span: { source, start: 0, end: 0 } }
  if (root.kind !== 'map') {
    refuseShape(root, owner, 'a topology, beginning with "topology: <name>"', report)
    return undefined
  }
  const draft = emptyDraft(root)
  const sections = createSections(draft, report)
  const name = readName(root, report)
  sections(root, 'the topology')
  const includes = createIncludes(source, files, report)
  includes.follow(root, (tree) => {
    if (tree.kind !== 'map') {
      const part = { what: 'the included file', span: tree.span }
      refuseShape(tree, part, 'sections such as topics or steps', report)
      return
    }
    refuseTopology(tree, report)
    draft.included.push(tree)
    sections(tree, 'the included file')
  })
  const { isLost, ...declaration } = draft
  if (isLost || includes.hasFailed()) return undefined
  return { source, root, name, ...declaration }
}

function emptyDraft(root: MapNode): Draft {
  return {
    parameters: [],
    requires: [],
    calendars: [],
    sources: [],
    sinks: [],
    topics: [],
    steps: [],
    included: [],
    fatesSpan: entryOf(root, 'topology')?.key.span ?? firstKeySpan(root),
    unread: { streams: new Set(), parameters: new Set(), calendars: new Set() },
    isLost: false,
  }
}

function firstKeySpan(root: MapNode): MapNode['span'] {
  return root.entries[0]?.key.span ?? root.span
}

function readName(root: MapNode, report: Report): Spelt<string> {
  const entry = entryOf(root, 'topology')
  const unnamed = { value: 'unnamed', span: entry?.key.span ?? firstKeySpan(root) }
  if (!entry) {
    refuseMissing({ what: 'the file', span: unnamed.span }, 'topology', '<name>', report)
    return unnamed
  }
  const owner: Owner = { what: '"topology"', span: entry.key.span }
  return nameOf(entry.value, owner, { kind: 'name', what: 'topology' }, report) ?? unnamed
}

function refuseTopology(tree: MapNode, report: Report): void {
  const entry = entryOf(tree, 'topology')
  if (!entry) return
  reporter(
    'shape',
    report,
  )({
    message: 'an included file has a "topology" of its own',
    span: entry.key.span,
    repair: 'remove it: the file that includes is the topology',
  })
}

/**
 * Puts the sections of one file after another into the draft; names are unique over all of them.
 */
function createSections(draft: Draft, report: Report): (root: MapNode, what: string) => void {
  const { unread } = draft
  const streams = namespace(report)
  const sections = [
    section('parameters', 'parameter', 'identifier', namespace(report), readParameter, {
      to: draft.parameters,
      unread: unread.parameters,
    }),
    section('calendars', 'calendar', 'identifier', namespace(report), readCalendar, {
      to: draft.calendars,
      unread: unread.calendars,
    }),
    section('sources', 'source', 'name', namespace(report), readSource, { to: draft.sources }),
    section('sinks', 'sink', 'name', namespace(report), readSink, { to: draft.sinks }),
    section('topics', 'topic', 'name', streams, readTopic, {
      to: draft.topics,
      unread: unread.streams,
    }),
    section('steps', 'step', 'name', streams, readStep, {
      to: draft.steps,
      unread: unread.streams,
    }),
  ]
  return (root, what) => {
    const owner: Owner = { what, span: firstKeySpan(root) }
    checkKeys(root, owner, SECTIONS, report)
    for (const read of sections) draft.isLost = !read(root, report) || draft.isLost
    const require = entryOf(root, 'require')
    if (require && !isEmpty(require.value)) {
      draft.requires.push(...readRequires(require.value, report))
    }
    const fate = entryOf(root, 'fate')
    if (!fate) return
    const fates = readAllFates(fate.value, { what: '"fate"', span: fate.key.span }, report)
    if (draft.fates) refuseSecondFate(fate, draft.fatesSpan, report)
    else Object.assign(draft, { fates, fatesSpan: fate.key.span })
  }
}

function refuseSecondFate({ key }: MapEntry, first: MapNode['span'], report: Report): void {
  reporter(
    'names-unique',
    report,
  )({
    message: '"fate" is stated in two files',
    span: key.span,
    repair: 'remove one',
    cause: { span: first, label: 'the first is here' },
  })
}

/**
 * Reads a section that is a map of name to declaration. Says no when the section is something
 * else.
 */
function section<T>(
  word: string,
  what: string,
  kind: NameKind,
  claim: Claim,
  read: (entry: MapEntry, report: Report) => T | undefined,
  keep: { readonly to: T[]; readonly unread?: Set<string> },
): (root: MapNode, report: Report) => boolean {
  return (root, report) => {
    const found = entryOf(root, word)
    if (!found || isEmpty(found.value)) return true
    const owner: Owner = { what: `"${word}"`, span: found.key.span }
    const map = mapOf(found.value, owner, `a map of name to ${what}`, report)
    for (const entry of map?.entries ?? []) {
      const name = spelt(entry.key)
      checkName(name, kind, what, report)
      const isFirst = claim(name, what)
      const part = read(entry, report)
      if (part === undefined) keep.unread?.add(name.value)
      else if (isFirst) keep.to.push(part)
    }
    return map !== undefined
  }
}
