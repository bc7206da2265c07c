// By what a run is watched: progress at a terminal, log lines elsewhere, and with --http a server
// of the query API, metrics and status. Each takes the workers' events; a run goes the same way without them. They
// are loaded when they are asked for, since that takes a while.
import type { Log } from '../../connectors/connector.ts'
import type { Layout } from '../../runtime/layout.ts'
import { presentTime, processPace } from '../../runtime/pace.ts'
import { type Report, reportToAll } from '../../runtime/report.ts'
import { failureOf } from '../../runtime/slot/failure.ts'
import type { HttpSettings } from '../http/read-http.ts'
import type { Io } from '../io.ts'
import { terminalProgress } from './progress.ts'

export interface Watched {
  readonly report: Report
  readonly close: () => Promise<void>
}

export interface Watching {
  readonly layout: Layout
  /** Read for those who ask over HTTP, beside the workers. */
  readonly log: Log
  readonly io: Io
  /** Whom the query API serves, as the environment says; undefined: this machine alone. */
  readonly http: HttpSettings | undefined
}

/** @throws EngineError of a server that cannot listen, and of the log. */
export async function watchRun(watching: Watching, port: number | undefined): Promise<Watched> {
  const { layout, io } = watching
  const server = port === undefined ? undefined : await serve(watching, port)
  const shown = io.isTerminal
    ? terminalProgress(io, processPace, 'ran')
    : { report: await logLines(layout, io), close: () => undefined }
  return {
    report: server === undefined ? shown.report : reportToAll(shown.report, server.report),
    close: async () => {
      shown.close()
      await server?.close()
    },
  }
}

async function logLines({ plan: { topology } }: Layout, io: Io): Promise<Report> {
  const { logEvents } = await import('../../runtime/observe/log-events.ts')
  return logEvents({ topology, level: 'info', isTerminal: false, write: io.err })
}

async function serve({ layout, log, io, http }: Watching, port: number): Promise<Watched> {
  const { observeRun } = await import('../../runtime/observe/observe-run.ts')
  const { makeApi } = await import('../../query/make-api.ts')
  const { openAuditTopic } = await import('../../query/security/audit-topic.ts')
  const { startServer } = await import('../../query/server.ts')
  const { shownTopology } = await import('../http/shown-topology.ts')
  const quiet = { level: 'silent', isTerminal: false, write: () => undefined } as const
  const { report, registry, status, rates } = observeRun({ layout, ...quiet })
  const shown = shownTopology(layout.plan)
  const api = makeApi({ layout, log, registry, status, rates, shown, pace: processPace })
  const { audit, close } = await openAuditTopic({
    log,
    topology: layout.plan.topology,
    present: presentTime,
    pace: processPace,
    onProblem: (error) => report({ kind: 'log-problem', ...failureOf(error) }),
  })
  const { host = '127.0.0.1', guarding } = http ?? {}
  const server = await startServer({ api, port, host, guarding: { ...guarding, audit } })
  const scheme = guarding?.tls === undefined ? 'http' : 'https'
  const address = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  io.err(`serving ${address}/api, /health, /metrics and /tasks\n`)
  return {
    report,
    close: async () => {
      await server.close()
      await close()
    },
  }
}
