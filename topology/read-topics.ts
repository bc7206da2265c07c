// The `topics:` section: local name -> what the log holds, its schema, key and times.
import type { Spelt, TopicDeclaration } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { quoted } from './printable.ts'
import {
  itemOf,
  checkKeys,
  durationOf,
  integerOf,
  mapOf,
  nameOf,
  optional,
  refuseShape,
  required,
  wordOf,
} from './reading.ts'
import type { Owner, Take } from './reading.ts'
import { entryOf } from './tree.ts'
import type { MapEntry, MapNode, Node } from './tree.ts'

const KEYS = [
  ...['topic', 'schema', 'key', 'time', 'unit', 'available', 'delay', 'lateness', 'rank'],
  ...['partitions', 'table', 'copies', 'retention', 'idle'],
]
const MOST_PARTITIONS = 10_000
const LAST_RANK = 1_000_000
/** Of a topic that does not say. */
const PARTITIONS = 1

/** Undefined when too little of it can be read; why has then been reported. */
export function readTopic(
  { key: nameNode, value }: MapEntry,
  report: Report,
): TopicDeclaration | undefined {
  const name = { value: nameNode.text, span: nameNode.span }
  const owner: Owner = { what: `topic ${quoted(name.value)}`, span: name.span }
  const map = mapOf(value, owner, 'a map with topic, schema and key', report)
  if (!map) return undefined
  checkKeys(map, owner, KEYS, report)
  const naming = { topic: 'physical', schema: 'schema' } as const
  const named =
    (word: keyof typeof naming, what: string): Take<Spelt<string>> =>
    (node, part) =>
      nameOf(node, part, { kind: naming[word], what }, report)
  const topicKey = { word: 'topic', example: 'market.trades' }
  const topic = required(map, owner, topicKey, named('topic', 'physical topic'), report)
  const schemaKey = { word: 'schema', example: 'market/Trade' }
  const schema = required(map, owner, schemaKey, named('schema', 'schema'), report)
  const keyKey = { word: 'key', example: 'symbol' }
  const key = required(map, owner, keyKey, (node, part) => readKey(node, part, report), report)
  const options = readOptions(map, owner, report)
  checkTogether(map, owner, report)
  if (!topic || !schema || !key) return undefined
  return { name, topic, schema, key, ...options, span: map.span }
}

type Options = Omit<TopicDeclaration, 'name' | 'topic' | 'schema' | 'key' | 'span'>

function readOptions(map: MapNode, owner: Owner, report: Report): Options {
  const { span } = owner
  const option = <T>(word: string, take: Take<T>): T | undefined => optional(map, owner, word, take)
  const field: Take<Spelt<string>> = (node, part) =>
    nameOf(node, part, { kind: 'field', what: 'field' }, report)
  const duration =
    (zero: boolean): Take<Spelt<number>> =>
    (node, part) =>
      durationOf(node, part, { zero }, report)
  const word =
    <const W extends string>(...words: readonly W[]): Take<Spelt<W>> =>
    (node, part) =>
      wordOf(node, part, words, report)
  const integer =
    (min: number, max: number): Take<Spelt<number>> =>
    (node, part) =>
      integerOf(node, part, { min, max }, report)
  return {
    ...only('time', option('time', field)),
    ...only('unit', option('unit', word('s', 'ms', 'us', 'ns'))),
    ...only('available', option('available', field)),
    ...only('delay', option('delay', duration(true))),
    lateness: option('lateness', duration(true)) ?? { value: 0, span },
    ...only('rank', option('rank', integer(0, LAST_RANK))),
    partitions: option('partitions', integer(1, MOST_PARTITIONS)) ?? { value: PARTITIONS, span },
    ...only('table', option('table', word('latest', 'history'))),
    ...only('copies', option('copies', word('all'))),
    ...only('retention', option('retention', duration(false))),
    ...only('idle', option('idle', duration(false))),
  }
}

/** A property that is left out where there is no value. */
function only<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: T })
}

/** `all`, a field, or a list of fields. */
function readKey(
  node: Node,
  owner: Owner,
  report: Report,
): Spelt<readonly Spelt<string>[]> | undefined {
  if (node.kind === 'scalar' && node.text === 'all') return { value: [], span: node.span }
  return readFields(node, owner, report)
}

/** A field, or a list of fields, each once. */
export function readFields(
  node: Node,
  owner: Owner,
  report: Report,
): Spelt<readonly Spelt<string>[]> | undefined {
  if (node.kind === 'map' || (node.kind === 'list' && node.items.length === 0)) {
    refuseShape(node, owner, 'a field, a list of fields, or all', report)
    return undefined
  }
  const items = node.kind === 'list' ? node.items : [node]
  const fields: Spelt<string>[] = []
  for (const item of items) {
    const part = node.kind === 'list' ? itemOf(owner) : owner
    const field = nameOf(item, part, { kind: 'field', what: 'field' }, report)
    if (!field) return undefined
    const first = fields.find((each) => each.value === field.value)
    if (first) refuseTwice(first, field, owner, report)
    else fields.push(field)
  }
  return { value: fields, span: node.span }
}

export function refuseTwice(
  first: Spelt<string>,
  second: Spelt<string>,
  owner: Owner,
  report: Report,
): void {
  reporter(
    'names-unique',
    report,
  )({
    message: `${owner.what} names ${quoted(second.value)} twice`,
    span: second.span,
    repair: 'remove one',
    cause: { span: first.span, label: 'the first is here' },
  })
}

/** What makes no sense together. */
function checkTogether(map: MapNode, owner: Owner, report: Report): void {
  const refuse = reporter('shape', report)
  const available = entryOf(map, 'available')
  const delay = entryOf(map, 'delay')
  if (available && delay) {
    refuse({
      message: `${owner.what} has both "available" and "delay"`,
      span: delay.key.span,
      repair: 'keep one: a delay is counted from the event time',
      cause: { span: available.key.span, label: 'the field that says it is here' },
    })
  }
  const copies = entryOf(map, 'copies')
  if (copies && !entryOf(map, 'table')) {
    refuse({
      message: `${owner.what} has "copies" and is no table`,
      span: copies.key.span,
      repair: 'add "table: latest" or "table: history"',
    })
  }
}
