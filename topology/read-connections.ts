// The `sources:` and `sinks:` sections: where the world comes in and where topics go out. Only
// `run` opens them.
import type { SinkDeclaration, SourceDeclaration, Spelt } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { quoted } from './printable.ts'
import { readFates } from './read-fates.ts'
import { readTo } from './read-steps.ts'
import { checkKeys, durationOf, itemOf, listOf, mapOf, nameOf, optional } from './reading.ts'
import { partOf, required, spelt, wordOf } from './reading.ts'
import type { Owner } from './reading.ts'
import { suggest } from './suggest.ts'
import { entryOf, isEmpty } from './tree.ts'
import type { MapEntry, MapNode, Node } from './tree.ts'

/**
 * A source names its connector in one of two ways: `binance: { connection: binance, streams:
 * [trade], to: ... }`, where the connector is the one that the environment gives the connection,
 * and `in: { binance: { connection: b, streams: [trade] }, to: ... }`. There the connection has
 * the source's name unless another is said.
 */
export function readSource(
  { key, value }: MapEntry,
  report: Report,
): SourceDeclaration | undefined {
  const name = spelt(key)
  const owner: Owner = { what: `source ${quoted(name.value)}`, span: name.span }
  const map = mapOf(value, owner, 'a map with connection and to', report)
  if (!map) return undefined
  const toKey = { word: 'to', example: '{ trades: trades }' }
  const to = required(map, owner, toKey, (node, part) => readTo(node, part, report), report)
  if (entryOf(map, CONNECTION)) {
    checkKeys(map, owner, [CONNECTION, STREAMS, 'to'], report)
    const connection = readConnection(map, owner, report)
    const streams = readStreams(map, owner, report)
    return connection && to && { name, connection, ...(streams && { streams }), to }
  }
  const only = readKind(map, owner, { reserved: ['to'], example: 'connection: binance' }, report)
  if (!only || !to) return undefined
  const about = { name, connector: spelt(only.key), to }
  const part = partOf(owner, only)
  if (isEmpty(only.value)) return { ...about, connection: name }
  const config = mapOf(only.value, part, 'a map with connection and streams', report)
  if (!config) return undefined
  checkKeys(config, part, [CONNECTION, STREAMS], report)
  const connection = entryOf(config, CONNECTION) ? readConnection(config, part, report) : name
  const streams = readStreams(config, part, report)
  return connection && { ...about, connection, ...(streams && { streams }) }
}

const CONNECTION = 'connection'
const STREAMS = 'streams'

function readConnection(map: MapNode, owner: Owner, report: Report): Spelt<string> | undefined {
  const naming = { kind: 'name', what: 'connection' } as const
  return optional(map, owner, CONNECTION, (node, part) => nameOf(node, part, naming, report))
}

function readStreams(
  map: MapNode,
  owner: Owner,
  report: Report,
): readonly Spelt<string>[] | undefined {
  const naming = { kind: 'name', what: 'stream of a connector' } as const
  return optional(map, owner, STREAMS, (node: Node, part) => {
    const items = listOf(node, part, 'a list of streams, such as [trade]', report)?.items ?? []
    return items.flatMap((item) => nameOf(item, itemOf(part), naming, report) ?? [])
  })
}

const SINK_KEYS = ['from', 'fate', 'away']

/**
 * `ledger: { from: fills, postgres: { table: fills } }`, and what becomes of the sink when the
 * outside refuses a record, or is away.
 */
export function readSink({ key, value }: MapEntry, report: Report): SinkDeclaration | undefined {
  const name = spelt(key)
  const owner: Owner = { what: `sink ${quoted(name.value)}`, span: name.span }
  const map = mapOf(value, owner, 'a map with from and a kind of sink', report)
  if (!map) return undefined
  const naming = { kind: 'stream', what: 'topic' } as const
  const fromKey = { word: 'from', example: 'fills' }
  const from = required(
    map,
    owner,
    fromKey,
    (node, part) => nameOf(node, part, naming, report),
    report,
  )
  const reserved = { reserved: SINK_KEYS, example: 'postgres: { ... }' }
  const kind = readKind(map, owner, reserved, report)
  const fates = optional(map, owner, 'fate', (node, part) => readFates(node, part, report, ['bad']))
  const away = optional(map, owner, 'away', (node, part) => readAway(node, part, report))
  if (!kind || !from) return undefined
  return {
    name,
    kind: spelt(kind.key),
    config: kind.value,
    from,
    ...(fates?.bad && { bad: fates.bad }),
    ...(away && { away }),
  }
}

/** `{ after: 10m, ends: run }`. */
function readAway(node: Node, owner: Owner, report: Report): SinkDeclaration['away'] {
  const map = mapOf(node, owner, 'a map with after and ends', report)
  if (!map) return undefined
  checkKeys(map, owner, ['after', 'ends'], report)
  const after = required(
    map,
    owner,
    { word: 'after', example: '10m' },
    (each, part) => durationOf(each, part, { zero: false }, report),
    report,
  )
  const ends = required(
    map,
    owner,
    { word: 'ends', example: 'run' },
    (each, part) => wordOf(each, part, ['run', 'sink'], report),
    report,
  )
  return after && ends && { after, ends }
}

interface Keys {
  /** Those that are no kind. */
  readonly reserved: readonly string[]
  readonly example: string
}

/** The one key that is not reserved. Beside another, one that is nearly reserved is misspelt. */
function readKind(
  map: MapNode,
  owner: Owner,
  { reserved, example }: Keys,
  report: Report,
): MapEntry | undefined {
  const others = map.entries.filter(({ key }) => !reserved.includes(key.text))
  const refuse = reporter('shape', report)
  const isMisspelt = ({ key }: MapEntry): boolean =>
    others.length > 1 && suggest(key.text, reserved) !== undefined
  for (const { key } of others.filter(isMisspelt)) {
    refuse({
      message: `${owner.what} has no key ${quoted(key.text)}`,
      span: key.span,
      repair: `did you mean "${suggest(key.text, reserved) ?? ''}"?`,
    })
  }
  const [kind, ...rest] = others.filter((entry) => !isMisspelt(entry))
  if (!kind) {
    refuse({
      message: `${owner.what} does not say of what kind it is`,
      span: owner.span,
      repair: `add a key such as "${example}"`,
    })
  }
  for (const { key } of rest) {
    refuse({
      message: `${owner.what} has a second kind, ${quoted(key.text)}`,
      span: key.span,
      repair: 'remove one',
      ...(kind && { cause: { span: kind.key.span, label: 'the first is here' } }),
    })
  }
  return kind
}
