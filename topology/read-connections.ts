// The `sources:` and `sinks:` sections: where the world comes in and where topics go out. Only
// `run` opens them.
import type { ConnectionDeclaration } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { quoted } from './printable.ts'
import { readTo } from './read-steps.ts'
import { mapOf, nameOf, partOf, required, scalarOf, spelt } from './reading.ts'
import type { Owner } from './reading.ts'
import { entryOf } from './tree.ts'
import type { MapEntry, MapNode } from './tree.ts'

/**
 * A source names its connector in one of two ways: `binance: { connection: binance, streams:
 * [trade] }`, where the connector is the one that the environment gives the connection, and `in: {
 * binance: { connection: b }, to: ... }`.
 */
export function readSource(
  { key, value }: MapEntry,
  report: Report,
): ConnectionDeclaration | undefined {
  const name = spelt(key)
  const owner: Owner = { what: `source ${quoted(name.value)}`, span: name.span }
  const map = mapOf(value, owner, 'a map with connection and to', report)
  if (!map) return undefined
  const toKey = { word: 'to', example: '{ trades: trades }' }
  const to = required(map, owner, toKey, (node, part) => readTo(node, part, report), report)
  const connection = entryOf(map, 'connection')
  if (connection) {
    const part = partOf(owner, connection)
    const kind = scalarOf(connection.value, part, 'the name of a connection', report)
    const entries = map.entries.filter((entry) => entry.key.text !== 'to')
    return kind && to && { name, kind: spelt(kind), config: { ...map, entries }, to }
  }
  const only = readKind(map, owner, { reserved: 'to', example: 'connection: binance' }, report)
  return only && to && { name, kind: spelt(only.key), config: only.value, to }
}

/** `ledger: { from: fills, postgres: { connection: ledger, table: fills } }`. */
export function readSink(
  { key, value }: MapEntry,
  report: Report,
): ConnectionDeclaration | undefined {
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
  const kind = readKind(map, owner, { reserved: 'from', example: 'postgres: { ... }' }, report)
  return kind && from && { name, kind: spelt(kind.key), config: kind.value, from, to: [] }
}

/** The one key that is not reserved. */
function readKind(
  map: MapNode,
  owner: Owner,
  { reserved, example }: { readonly reserved: string; readonly example: string },
  report: Report,
): MapEntry | undefined {
  const [kind, ...rest] = map.entries.filter(({ key }) => key.text !== reserved)
  const refuse = reporter('shape', report)
  if (!kind) {
    refuse({
      message: `${owner.what} does not say of what kind it is`,
      span: owner.span,
      repair: `add one key besides "${reserved}", such as "${example}"`,
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
