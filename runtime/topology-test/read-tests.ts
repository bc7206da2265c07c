// Reads a test document into test cases. Its mistakes are diagnostics, code `test-valid`.
import { type Report, reporter } from '../../topology/diagnostic.ts'
import { parseDuration } from '../../topology/duration.ts'
import { readTree } from '../../topology/read-tree.ts'
import type { Source, Span } from '../../topology/source.ts'
import { suggest } from '../../topology/suggest.ts'
import { entryOf, isEmpty, type ListNode, type MapNode, type Node } from '../../topology/tree.ts'
import type { Spelt } from '../../topology/declaration.ts'
import { instantOf } from './instant.ts'
import type { Counts, Happening, Row, Rows, TestCase } from './test-case.ts'

type Say = (span: Span, message: string, repair?: string) => void

export function readTests(source: Source, report: Report): readonly TestCase[] {
  const found = reporter('test-valid', report)
  const say: Say = (span, message, repair) =>
    found({ span, message, ...(repair !== undefined && { repair }) })
  const root = readTree(source, report)
  if (root === undefined) return []
  if (root.kind !== 'map') {
    say(root.span, 'a test file is a map', 'begin with `tests:`')
    return []
  }
  knownKeys(root, ['tests'], say)
  const tests = entryOf(root, 'tests')
  if (tests === undefined) {
    say(root.span, 'there are no tests', 'add `tests:` with a list')
    return []
  }
  const nodes = listOf(tests.value, 'tests', say)
  if (nodes.length === 0) say(tests.key.span, 'there are no tests', 'write `- it: ...` under it')
  return nodes.flatMap((node) => readTest(node, say) ?? [])
}

const KEYS = ['it', 'with', 'given', 'feed', 'then', 'expect', 'exact', 'fates', 'held']

function readTest(node: Node, say: Say): TestCase | undefined {
  if (node.kind !== 'map') {
    say(node.span, 'a test is a map', 'write `- it: ...`')
    return undefined
  }
  knownKeys(node, KEYS, say)
  const it = entryOf(node, 'it')?.value
  if (it?.kind !== 'scalar') {
    say(node.span, 'a test has no name', 'add `it:` with what it shows')
    return undefined
  }
  const setting = mapAt(node, 'with', say)
  if (setting) knownKeys(setting, ['parameters', 'steps'], say)
  return {
    it: it.text,
    span: it.span,
    parameters: parametersOf(setting, say),
    steps: (setting && entryOf(setting, 'steps') ? itemsAt(setting, 'steps', say) : []).flatMap(
      (step) => spelt(step, say) ?? [],
    ),
    given: rowsAt(node, 'given', say),
    feed: rowsAt(node, 'feed', say),
    then: itemsAt(node, 'then', say).flatMap((each) => happening(each, say) ?? []),
    expect: rowsAt(node, 'expect', say),
    exact: flagAt(node, 'exact', say),
    fates: countsAt(node, say),
    held: heldAt(node, say),
  }
}

function parametersOf(setting: MapNode | undefined, say: Say): ReadonlyMap<string, string> {
  const parameters = setting && mapAt(setting, 'parameters', say)
  const pairs = parameters?.entries.flatMap(({ key, value }) => {
    const text = spelt(value, say)
    return text ? [[key.text, text.value] as const] : []
  })
  return new Map(pairs)
}

function flagAt(node: MapNode, name: string, say: Say): boolean {
  const value = entryOf(node, name)?.value
  if (value === undefined) return false
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value
  say(value.span, `"${name}" is true or false`)
  return false
}

function rowsAt(node: MapNode, name: string, say: Say): Rows {
  const streams = mapAt(node, name, say)?.entries ?? []
  return new Map(
    streams.map(({ key, value }) => {
      const rows = listOf(value, key.text, say).flatMap((row) => readRow(row, say) ?? [])
      return [key.text, { stream: { value: key.text, span: key.span }, rows }]
    }),
  )
}

function readRow(node: Node, say: Say): Row | undefined {
  if (node.kind !== 'map') {
    say(node.span, 'a record is a map', 'write `- value: { ... }`')
    return undefined
  }
  knownKeys(node, ['key', 'time', 'available', 'value'], say)
  const key = entryOf(node, 'key')?.value
  const value = entryOf(node, 'value')?.value
  const time = instantAt(node, 'time', say)
  const available = instantAt(node, 'available', say)
  return {
    span: node.span,
    ...(key && { key }),
    ...(value && { value }),
    ...(time && { time }),
    ...(available && { available }),
  }
}

function instantAt(node: MapNode, name: string, say: Say): Spelt<number> | undefined {
  const value = entryOf(node, name)?.value
  if (value === undefined) return undefined
  const instant = value.kind === 'scalar' ? instantOf(value.text) : undefined
  if (instant !== undefined) return { value: instant, span: value.span }
  say(value.span, `"${name}" is not an instant`, 'write 5s, microseconds, or 2024-01-31T12:00:00Z')
  return undefined
}

function happening(node: Node, say: Say): Happening | undefined {
  if (node.kind === 'scalar' && node.text === 'crash') return { kind: 'crash' }
  const advance = node.kind === 'map' ? entryOf(node, 'advance')?.value : undefined
  if (advance?.kind === 'scalar') {
    const reading = parseDuration(advance.text)
    if ('micros' in reading) return { kind: 'advance', by: reading.micros }
    say(advance.span, `"${advance.text}" ${reading.problem}`, reading.repair)
    return undefined
  }
  say(node.span, 'nothing that can happen is called so', 'write `crash` or `{ advance: 5s }`')
  return undefined
}

function countsAt(node: MapNode, say: Say): Counts {
  const steps = mapAt(node, 'fates', say)?.entries ?? []
  return new Map(
    steps.map(({ key, value }) => {
      if (value.kind !== 'map')
        say(value.span, 'the fates of a step are a map', 'write { late: 1 }')
      const entries = value.kind === 'map' ? value.entries : []
      const counts = entries.flatMap((entry) => {
        const count = countOf(entry.value, say)
        return count
          ? [[{ value: entry.key.text, span: entry.key.span }, count.value] as const]
          : []
      })
      return [key.text, { step: { value: key.text, span: key.span }, counts: counts.map(pair) }]
    }),
  )
}

function pair(each: readonly [Spelt<string>, number]): [Spelt<string>, number] {
  return [each[0], each[1]]
}

function heldAt(node: MapNode, say: Say): ReadonlyMap<string, Spelt<number>> {
  const steps = mapAt(node, 'held', say)?.entries ?? []
  return new Map(
    steps.flatMap(({ key, value }) => {
      const count = countOf(value, say)
      return count ? [[key.text, count] as const] : []
    }),
  )
}

function countOf(node: Node, say: Say): Spelt<number> | undefined {
  if (node.kind === 'scalar' && Number.isSafeInteger(node.value)) {
    return { value: Number(node.value), span: node.span }
  }
  say(node.span, 'a count is a whole number')
  return undefined
}

function spelt(node: Node, say: Say): Spelt<string> | undefined {
  if (node.kind === 'scalar') return { value: node.text, span: node.span }
  say(node.span, 'a single value is expected here')
  return undefined
}

function mapAt(node: MapNode, name: string, say: Say): MapNode | undefined {
  const value = entryOf(node, name)?.value
  if (value === undefined || value.kind === 'map') return value
  if (!isEmpty(value)) say(value.span, `"${name}" is a map`)
  return undefined
}

function itemsAt(node: MapNode, name: string, say: Say): readonly Node[] {
  const value = entryOf(node, name)?.value
  return value === undefined ? [] : listOf(value, name, say)
}

function listOf(node: Node, name: string, say: Say): ListNode['items'] {
  if (node.kind === 'list') return node.items
  if (!isEmpty(node)) say(node.span, `"${name}" is a list`)
  return []
}

function knownKeys(node: MapNode, known: readonly string[], say: Say): void {
  for (const { key } of node.entries) {
    if (known.includes(key.text)) continue
    const close = suggest(key.text, known)
    say(key.span, `no key "${key.text}" is known here`, close && `did you mean "${close}"?`)
  }
}
