// The sinks of a topology in a run: each is ready where the environment says what its connection
// is. Nothing is connected to here.
import type { SinkKind } from '../../sinks/sink.ts'
import { sinks } from '../../sinks/index.ts'
import { connectorsKnown } from '../../topology/check/connectors-known.ts'
import { type Diagnostic, type Report, reporter } from '../../topology/diagnostic.ts'
import type { Plan, PlannedSink } from '../../topology/plan.ts'
import { quoted } from '../../topology/printable.ts'
import { suggest } from '../../topology/suggest.ts'
import { catalogue } from '../catalogue.ts'
import { readSettings } from '../connections/read-settings.ts'
import { type Connection, type Environment, showMistakes, variables } from '../environment.ts'
import type { Io } from '../io.ts'

/** A sink with the settings of its connection, not opened yet. */
export interface ReadySink {
  readonly planned: PlannedSink
  readonly kind: SinkKind
  /** As `kind.settings` says. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface SinksRequest {
  readonly plan: Plan
  readonly environment: Environment
  /** Whether `--env` was given. */
  readonly isNamed: boolean
}

/**
 * The sinks that can be opened; it says which cannot, and why. Undefined after mistakes in what the
 * environment says of them have been shown. `kinds` are those of the catalogue unless a test has
 * its own.
 */
export function readySinks(
  { plan, environment, isNamed }: SinksRequest,
  io: Io,
  kinds: ReadonlyMap<string, SinkKind> = sinks,
): readonly ReadySink[] | undefined {
  const diagnostics: Diagnostic[] = []
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic)
  const known = new Map<string, ReadySink['settings'] | undefined>()
  const settingsOf = (name: string, connection: Connection, kind: SinkKind) => {
    // Several sinks of one connection: its mistakes are shown once.
    if (!known.has(name)) {
      known.set(name, readSettings(kind.settings, connection, { variables, report }))
    }
    return known.get(name)
  }
  tellUnopened(plan, environment, isNamed, io)
  const ready: ReadySink[] = []
  for (const planned of plan.sinks) {
    const connection = environment.connections.get(planned.connection)
    if (connection === undefined) continue
    const kind = kinds.get(planned.kind)
    if (kind === undefined) throw new Error(`no kind of sink ${planned.kind}`)
    if (!isOfKind(connection, planned, kinds, report)) continue
    const settings = settingsOf(planned.connection, connection, kind)
    if (settings !== undefined) ready.push({ planned, kind, settings })
  }
  if (diagnostics.length === 0) return ready
  showMistakes(diagnostics, io)
  return undefined
}

/** One line for each connection that the environment lacks. */
function tellUnopened(
  { sinks: all }: Plan,
  { connections }: Environment,
  isNamed: boolean,
  io: Io,
) {
  const missing = all.filter(({ connection }) => !connections.has(connection))
  for (const [connection, own] of Map.groupBy(missing, (sink) => sink.connection)) {
    const names = own.map(({ name }) => quoted(name)).join(', ')
    const which = own.length === 1 ? `sink ${names} is` : `sinks ${names} are`
    const meant = suggest(connection, connections.keys())
    const hint = meant === undefined ? '' : `; did you mean ${quoted(meant)}?`
    const why = isNamed
      ? `the environment names no connection ${quoted(connection)}${hint}`
      : `say with --env FILE what connection ${quoted(connection)} is`
    io.err(`${which} not opened: ${why}\n`)
  }
}

function isOfKind(
  { connector }: Connection,
  { name, kind, connection }: PlannedSink,
  kinds: ReadonlyMap<string, SinkKind>,
  report: Report,
): boolean {
  if (connector.value === kind) return true
  const all = new Map<string, unknown>([...(catalogue.connectors ?? []), ...kinds])
  if (!connectorsKnown.check(report, connector, all)) return false
  reporter(
    'shape',
    report,
  )({
    message:
      `connection ${quoted(connection)} is of ${connector.value}, ` +
      `and sink ${quoted(name)} is of ${kind}`,
    span: connector.span,
    repair: `let the sink name a connection of ${kind}`,
  })
  return false
}
