// The sources of a topology in a live run: each is opened where the environment says what its
// connection is. Nothing else opens one.
import type { LiveSourceOptions } from '../../connectors/binance/live-source.ts'
import type { BinanceStream } from '../../connectors/binance/market-message.ts'
import type { Log } from '../../connectors/connector.ts'
import type { Source } from '../../connectors/source.ts'
import { presentTime, processPace } from '../../runtime/pace.ts'
import type { Report as ReportEvent } from '../../runtime/report.ts'
import { connectorsKnown } from '../../topology/check/connectors-known.ts'
import type { Diagnostic, Report } from '../../topology/diagnostic.ts'
import type { Plan, PlannedSource, PlannedTopic } from '../../topology/plan.ts'
import { catalogue } from '../catalogue.ts'
import { type Environment, showMistakes } from '../environment.ts'
import type { Io } from '../io.ts'
import { readBinanceSettings } from './binance-settings.ts'

/** A source with its settings, not opened yet. */
export type ReadySource = Pick<
  LiveSourceOptions,
  'name' | 'market' | 'symbols' | 'endpoints' | 'topics'
>

export interface SourcesRequest {
  readonly plan: Plan
  readonly environment: Environment
  /** Whether `--env` was given. */
  readonly isNamed: boolean
  readonly untilIdle: boolean
}

/**
 * The sources that can be opened; it says which cannot, and why. Undefined after mistakes in what
 * the environment says of them have been shown.
 */
export function readySources(
  { plan, environment, isNamed, untilIdle }: SourcesRequest,
  io: Io,
): readonly ReadySource[] | undefined {
  const diagnostics: Diagnostic[] = []
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic)
  const ready: ReadySource[] = []
  for (const source of plan.sources) {
    const connection = environment.connections.get(source.connection)
    if (untilIdle || connection === undefined) {
      io.err(`source "${source.name}" is not opened: ${whyNot(source, { isNamed, untilIdle })}\n`)
      continue
    }
    const { connectors = new Map() } = catalogue
    if (!connectorsKnown.check(report, connection.connector, connectors)) continue
    const settings = readBinanceSettings(connection, source.topics.size, report)
    if (settings === undefined) continue
    ready.push({ name: source.name, ...settings, topics: topicsOf(source, plan) })
  }
  if (diagnostics.length === 0) return ready
  showMistakes(diagnostics, io)
  return undefined
}

function whyNot(
  { connection }: PlannedSource,
  { isNamed, untilIdle }: Pick<SourcesRequest, 'isNamed' | 'untilIdle'>,
): string {
  if (untilIdle) return '--until-idle takes what is on the log'
  return isNamed
    ? `the environment names no connection "${connection}"`
    : `say with --env FILE what its connection "${connection}" is`
}

function topicsOf({ topics }: PlannedSource, plan: Plan): ReadonlyMap<BinanceStream, PlannedTopic> {
  return new Map(
    [...topics].map(([output, name]) => {
      const topic = plan.topics.get(name)
      if (topic === undefined) throw new Error(`no topic ${name}`)
      // The check has held the outputs against the connector's.
      return [output as BinanceStream, topic]
    }),
  )
}

/** The code behind it is loaded only where there is a source. */
export async function openSources(
  ready: readonly ReadySource[],
  log: Log,
  reportEvent: ReportEvent,
): Promise<readonly Source[]> {
  if (ready.length === 0) return []
  const { startLiveSource } = await import('../../connectors/binance/live-source.ts')
  const clock = { ...processPace, present: presentTime }
  return ready.map((own) =>
    startLiveSource({
      ...own,
      log,
      clock,
      report: (kind, message) => reportEvent({ kind, source: own.name, message }),
    }),
  )
}
