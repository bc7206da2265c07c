// The `steps:` section: id -> the streams it reads, one operator, and what becomes of its output.
// The operator's config stays a YAML node: what it means is the operator's to say.
import type { Spelt, StepDeclaration } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { reportSplits } from './expression/split-by-comma.ts'
import { checkName } from './names.ts'
import { quoted } from './printable.ts'
import { readFates } from './read-fates.ts'
import { readFields, refuseTwice } from './read-topics.ts'
import { itemOf, mapOf, nameOf, optional, partOf, refuseShape, required, spelt } from './reading.ts'
import type { Owner, Take } from './reading.ts'
import { entryOf } from './tree.ts'
import type { MapEntry, MapNode, Node } from './tree.ts'

const RESERVED = ['from', 'key', 'to', 'fate']

/** Undefined when too little of it can be read; why has then been reported. */
export function readStep(
  { key: idNode, value }: MapEntry,
  report: Report,
): StepDeclaration | undefined {
  const id = spelt(idNode)
  const owner: Owner = { what: `step ${quoted(id.value)}`, span: id.span }
  const map = mapOf(value, owner, 'a map with from and an operator', report)
  if (!map) return undefined
  const operator = readOperator(map, owner, report)
  const fromKey = { word: 'from', example: 'trades' }
  const readInputs: Take<StepDeclaration['from']> = (node, part) => readFrom(node, part, report)
  const from = required(map, owner, fromKey, readInputs, report)
  const key = optional(map, owner, 'key', (node, part) => readStepKey(node, part, report))
  const to = optional(map, owner, 'to', (node, part) => readTo(node, part, report)) ?? []
  const fates = optional(map, owner, 'fate', (node, part) => readFates(node, part, report)) ?? {}
  const fromSpan = entryOf(map, 'from')?.value.span
  if (!operator || !from || !fromSpan) return undefined
  return {
    id,
    from,
    fromSpan,
    operator: spelt(operator.key),
    config: operator.value,
    ...(key && { key }),
    to,
    fates,
    span: map.span,
  }
}

/** The one key that is not reserved; none where a comma cut its value, which is reported. */
function readOperator(map: MapNode, owner: Owner, report: Report): MapEntry | undefined {
  const others = map.entries.filter(({ key }) => !RESERVED.includes(key.text))
  const cut = reportSplits(map, report)
  const [operator, ...rest] = others.filter((entry) => !cut.has(entry))
  const refuse = reporter('shape', report)
  if (!operator && cut.size === 0) {
    refuse({
      message: `${owner.what} has no operator`,
      span: owner.span,
      repair: 'add one key that is an operator, such as "filter: price > 0"',
      notes: [`the other keys of a step are ${RESERVED.join(', ')}`],
    })
  }
  for (const { key } of rest) {
    refuse({
      message: `${owner.what} has a second operator, ${quoted(key.text)}`,
      span: key.span,
      repair: 'make it a step of its own',
      ...(operator && { cause: { span: operator.key.span, label: 'the first is here' } }),
    })
  }
  return operator
}

const WANTED_FROM = 'a stream, a list of streams, or a map of alias to stream'

function readFrom(node: Node, owner: Owner, report: Report): StepDeclaration['from'] | undefined {
  const parts = node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items : [node]
  if (parts.length === 0) {
    refuseShape(node, owner, WANTED_FROM, report)
    return undefined
  }
  if (node.kind === 'scalar') {
    const stream = readStream(node, owner, report)
    return stream && [{ stream }]
  }
  if (node.kind === 'map') {
    const aliased = node.entries.map((entry) => {
      checkName(spelt(entry.key), 'identifier', 'alias', report)
      const stream = readStream(entry.value, partOf(owner, entry), report)
      return stream && { stream, alias: entry.key.text }
    })
    return allOf(aliased)
  }
  const streams = allOf(node.items.map((item) => readStream(item, itemOf(owner), report)))
  if (!streams) return undefined
  const once = new Map<string, Spelt<string>>()
  for (const stream of streams) {
    const first = once.get(stream.value)
    if (first) refuseTwice(first, stream, owner, report)
    else once.set(stream.value, stream)
  }
  return [...once.values()].map((stream) => ({ stream }))
}

function readStream(node: Node, owner: Owner, report: Report): Spelt<string> | undefined {
  return nameOf(node, owner, { kind: 'stream', what: 'stream' }, report)
}

function allOf<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  const present = items.filter((item) => item !== undefined)
  return present.length === items.length ? present : undefined
}

function readStepKey(node: Node, owner: Owner, report: Report): StepDeclaration['key'] {
  if (node.kind === 'scalar' && (node.text === 'all' || node.text === 'broadcast')) {
    return { value: node.text, span: node.span }
  }
  return readFields(node, owner, report)
}

/** A topic for the main output, or a map of output to topic. What cannot be read is left out. */
export function readTo(node: Node, owner: Owner, report: Report): StepDeclaration['to'] {
  const naming = { kind: 'name', what: 'topic' } as const
  if (node.kind === 'scalar') {
    const topic = nameOf(node, owner, naming, report)
    return topic ? [{ output: { value: 'main', span: topic.span }, topic }] : []
  }
  if (node.kind === 'list' || node.entries.length === 0) {
    refuseShape(node, owner, 'a topic, or a map of output to topic', report)
    return []
  }
  return node.entries.flatMap((entry) => {
    const output = spelt(entry.key)
    checkName(output, 'name', 'output', report)
    const topic = nameOf(entry.value, partOf(owner, entry), naming, report)
    return topic ? [{ output, topic }] : []
  })
}
