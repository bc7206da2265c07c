// The file that `--env` names: where a topology runs and what it is fed with. A topology holds none
// of it. Paths are relative to the file, and secrets are named, never written.
import { dirname, isAbsolute, join } from 'node:path'
import { parseTime } from '../connectors/file/times.ts'
import type { Spelt } from '../topology/declaration.ts'
import type { Diagnostic, Report } from '../topology/diagnostic.ts'
import { reporter } from '../topology/diagnostic.ts'
import { quoted } from '../topology/printable.ts'
import {
  checkKeys,
  itemOf,
  listOf,
  mapOf,
  nameOf,
  type Owner,
  partOf,
  required,
  scalarOf,
  spelt,
} from '../topology/reading.ts'
import { readTree } from '../topology/read-tree.ts'
import { renderDiagnostics, sortDiagnostics } from '../topology/render.ts'
import type { Source, Span } from '../topology/source.ts'
import { entryOf, type MapEntry, type MapNode, type Node } from '../topology/tree.ts'
import { CAPTURE } from './capture-routes.ts'
import { type HttpSettings, readHttp } from './http/read-http.ts'
import type { Io } from './io.ts'
import { readSource } from './load-topology.ts'
import { LOG_KEYS, type LogSettings, readLogSettings } from './log/log-settings.ts'
import type { Variables } from './log/secret.ts'

export interface Environment {
  /** As `--input` would give them. */
  readonly inputs: readonly string[]
  /** Integer microseconds. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** Parameters by name, as `--set` would give them. */
  readonly set: Readonly<Record<string, string>>
  readonly connections: ReadonlyMap<string, Connection>
  readonly logs: LogSettings
  /** Whom the query API serves; undefined: this machine alone. */
  readonly http: HttpSettings | undefined
}

/** What a name that a topology's `sources:` or `sinks:` use stands for. */
export interface Connection {
  readonly connector: Spelt<string>
  readonly settings: MapNode
  readonly owner: Owner
  /** That its paths are relative to. */
  readonly folder: string
}

/** What secrets are found among. */
export const variables: Variables = process.env

const KEYS = ['inputs', 'from', 'to', 'set', 'connections', 'http', ...LOG_KEYS]

const NO_ENVIRONMENT: Environment = {
  inputs: [],
  from: undefined,
  to: undefined,
  set: {},
  connections: new Map(),
  logs: {},
  http: undefined,
}

/** Undefined after its mistakes have been shown and the command has failed. */
export function environmentOrFail(path: string | undefined, io: Io): Environment | undefined {
  if (path === undefined) return NO_ENVIRONMENT
  const diagnostics: Diagnostic[] = []
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic)
  const source = readSource(path, diagnostics)
  const root = source && readTree(source, report)
  const environment = root && readRoot(root, dirname(path), report)
  if (environment !== undefined && diagnostics.length === 0) return environment
  showMistakes(diagnostics, io)
  return undefined
}

/** The command has failed then. */
export function showMistakes(diagnostics: readonly Diagnostic[], io: Io): void {
  // A line that is cut to fit may begin inside a secret: they are taken out of the whole text.
  const sources = new Map<Source, Source>()
  const hide = ({ source, ...place }: Span): Span => {
    const known = sources.get(source) ?? { ...source, text: withoutSecrets(source.text) }
    sources.set(source, known)
    return { ...place, source: known }
  }
  const shown = sortDiagnostics(diagnostics).map(({ cause, span, ...rest }): Diagnostic => ({
    ...rest,
    span: hide(span),
    ...(cause && { cause: { ...cause, span: hide(cause.span) } }),
  }))
  io.err(`${withoutSecrets(renderDiagnostics(shown, { colour: io.isTerminal }))}\n`)
  io.fail(1)
}

const SECRET = new RegExp(
  String.raw`([\w-]*(?:key|secret|passw|token|credential)[\w-]*["']?[ \t]*:[ \t]*)` +
    String.raw`(\{\s*secret\s*:\s*\w+\s*\}|[^\s,}]+)`,
  'gi',
)

/** What stands behind a word that names a secret, and who logs in, as long as it was. */
function withoutSecrets(text: string): string {
  const hidden = (_: string, before: string, secret: string): string =>
    before + '***'.padEnd(secret.length).slice(0, secret.length)
  return text
    .replaceAll(/ is the text "[^"\n]*"/g, ' is a text')
    .replaceAll(SECRET, (whole: string, before: string, secret: string) =>
      isName(before, secret) ? whole : hidden(whole, before, secret),
    )
    .replaceAll(/(\/\/)([^\s"']+)(?=@)/g, hidden)
    .replaceAll(/([?&][\w-]*(?:key|secret|passw|token|credential)[\w-]*=)([^\s&"']+)/gi, hidden)
}

/** `{ secret: NAME }` as a password, or in a repair: the name of a variable is no secret. */
function isName(before: string, secret: string): boolean {
  return secret === 'NAME' || (/^password["']?\s*:/.test(before) && secret.startsWith('{ '))
}

function readRoot(root: Node, folder: string, report: Report): Environment | undefined {
  const owner: Owner = { what: 'the environment', span: root.span }
  const map = mapOf(root, owner, `a map with ${KEYS.join(', ')}`, report)
  if (map === undefined) return undefined
  checkKeys(map, owner, KEYS, report)
  const part = <T>(word: string, read: (entry: MapEntry, about: Owner) => T): T | undefined => {
    const entry = entryOf(map, word)
    return entry && read(entry, partOf(owner, entry))
  }
  return {
    inputs: part('inputs', (entry, about) => readInputs(entry, about, folder, report)) ?? [],
    from: part('from', (entry, about) => readInstant(entry, about, report)),
    to: part('to', (entry, about) => readInstant(entry, about, report)),
    set: part('set', (entry, about) => readSet(entry, about, report)) ?? {},
    connections:
      part('connections', (e, about) => readConnections(e, about, folder, report)) ?? new Map(),
    http: part('http', (entry, about) => readHttp(entry.value, about, { folder, report })),
    logs: readLogSettings(map, owner, { folder, variables, report }),
  }
}

function readInputs({ value }: MapEntry, owner: Owner, folder: string, report: Report): string[] {
  const list = listOf(value, owner, 'a list of TOPIC=PATH or binance:PATH', report)
  return (list?.items ?? []).flatMap((item) => {
    const scalar = scalarOf(item, itemOf(owner), 'TOPIC=PATH or binance:PATH', report)
    if (scalar === undefined) return []
    const placed = placedIn(folder, scalar.text)
    if (placed !== undefined) return [placed]
    const message = `${quoted(scalar.text)} names no topic and no capture`
    const repair = 'write TOPIC=PATH or binance:PATH'
    reporter('shape', report)({ message, span: scalar.span, repair })
    return []
  })
}

/** Of what `--input` takes: a topic, a connector, or both, and a path. */
const INPUT = new RegExp(`^((?:[\\w-]+=)?(?:${CAPTURE})?)(.*)$`, 's')

const EMBEDDED = 'embedded:'

/** The same, with its path from the folder; undefined for what is no input. */
function placedIn(folder: string, input: string): string | undefined {
  const [, before = '', path = ''] = INPUT.exec(input) ?? []
  if (before === '' || path === '') return undefined
  if (path.startsWith('kafka:')) return input
  const log = path.startsWith(EMBEDDED) ? EMBEDDED : ''
  const rest = path.slice(log.length)
  return `${before}${log}${isAbsolute(rest) ? rest : join(folder, rest)}`
}

function readInstant({ value }: MapEntry, owner: Owner, report: Report): number | undefined {
  const scalar = scalarOf(value, owner, 'a time, such as 2024-01-31T12:00:00Z', report)
  if (scalar === undefined) return undefined
  const time = parseTime(scalar.text)
  if (time !== undefined) return time
  const message = `${owner.what} is ${quoted(scalar.text)}, which is no time`
  const repair = 'write 2024-01-31T12:00:00Z or epoch s, ms or us'
  reporter('shape', report)({ message, span: scalar.span, repair })
  return undefined
}

function readSet({ value }: MapEntry, owner: Owner, report: Report): Record<string, string> {
  const map = mapOf(value, owner, 'a map of parameter to value', report)
  const pairs = (map?.entries ?? []).flatMap((entry) => {
    const scalar = scalarOf(entry.value, partOf(owner, entry), 'a value', report)
    return scalar === undefined ? [] : [[entry.key.text, scalar.text] as const]
  })
  return Object.fromEntries(pairs)
}

function readConnections(
  { value }: MapEntry,
  owner: Owner,
  folder: string,
  report: Report,
): ReadonlyMap<string, Connection> {
  const map = mapOf(value, owner, 'a map of name to connection', report)
  const connections = new Map<string, Connection>()
  for (const entry of map?.entries ?? []) {
    const name = spelt(entry.key)
    const own: Owner = { what: `connection ${quoted(name.value)}`, span: name.span }
    const settings = mapOf(entry.value, own, 'a map with a connector', report)
    if (settings === undefined) continue
    const word = { word: 'connector', example: 'binance' }
    const connector = required(
      settings,
      own,
      word,
      (node, about) => nameOf(node, about, { kind: 'name', what: 'connector' }, report),
      report,
    )
    if (connector) connections.set(name.value, { connector, settings, owner: own, folder })
  }
  return connections
}
