// By what a run is watched: progress at a terminal, log lines elsewhere, and with --http a server
// of the query API, metrics and status. Each takes the workers' events; a run goes the same way
// without them. They are loaded when they are asked for, since that takes a while.
import type { Log } from '../../connectors/connector.ts'
import type { Layout } from '../../runtime/layout.ts'
import { followOwners } from '../../runtime/query/slot-owners.ts'
import { presentTime, processPace } from '../../runtime/pace.ts'
import { type Report, reportToAll } from '../../runtime/report.ts'
import { failureOf } from '../../runtime/slot/failure.ts'
import { endpointOf } from '../http/endpoint.ts'
import type { HttpSettings } from '../http/read-http.ts'
import type { Io } from '../io.ts'
import { openAskedState } from './asked-state.ts'
import { terminalProgress } from './progress.ts'
import type { Copies } from './start-with-copies.ts'

export interface Watched {
  readonly report: Report
  /** What workers are to keep of their state on the disk; undefined: nothing. */
  readonly copies: Copies | undefined
  /** Where this process answers queries; undefined: nowhere. */
  readonly endpoint: string | undefined
  readonly close: () => Promise<void>
}

export interface Watching {
  readonly layout: Layout
  /** Read for those who ask over HTTP, beside the workers. */
  readonly log: Log
  readonly io: Io
  /** Whom the query API serves, as the environment says; undefined: this machine alone. */
  readonly http: HttpSettings | undefined
  /** The folder that --state names. */
  readonly state: string | undefined
}

/** @throws EngineError of a server that cannot listen, and of the log. */
export async function watchRun(watching: Watching, port: number | undefined): Promise<Watched> {
  const { layout, io, state } = watching
  const shown = io.isTerminal
    ? terminalProgress(io, processPace, 'ran')
    : { report: await logLines(layout, io), close: () => undefined }
  if (port === undefined) {
    const copies = state === undefined ? undefined : { folder: state }
    return {
      report: shown.report,
      copies,
      endpoint: undefined,
      close: () => {
        shown.close()
        return Promise.resolve()
      },
    }
  }
  const server = await serve(watching, port, shown.report)
  return {
    ...server,
    report: reportToAll(shown.report, server.report),
    close: async () => {
      shown.close()
      await server.close()
    },
  }
}

async function logLines({ plan: { topology } }: Layout, io: Io): Promise<Report> {
  const { logEvents } = await import('../../runtime/observe/log-events.ts')
  return logEvents({ topology, level: 'info', isTerminal: false, write: io.err })
}

/** `tell` is told of what is found before the run begins, and of an audit that cannot be kept. */
async function serve(watching: Watching, port: number, tell: Report): Promise<Watched> {
  const { layout, log, io, http, state } = watching
  const { topology } = layout.plan
  const { observeRun } = await import('../../runtime/observe/observe-run.ts')
  const { makeApi } = await import('../../query/make-api.ts')
  const { openAuditTopic } = await import('../../query/security/audit-topic.ts')
  const { startServer } = await import('../../query/server.ts')
  const { shownTopology } = await import('../http/shown-topology.ts')
  const quiet = { level: 'silent', isTerminal: false, write: () => undefined } as const
  const observed = observeRun({ layout, ...quiet })
  const owners = followOwners()
  const asked = log.tables ? undefined : await openAskedState({ topology, folder: state, tell })
  const { registry, status, rates } = observed
  const about = { layout, log, registry, status, rates, shown: shownTopology(layout.plan) }
  const api = makeApi({
    ...{ ...about, pace: processPace, owners: owners.endpoints },
    ...(asked && { view: asked.view }),
  })
  const audited = await openAuditTopic({
    log,
    topology,
    present: presentTime,
    pace: processPace,
    onProblem: (error) => tell({ kind: 'log-problem', ...failureOf(error) }),
  })
  const end = async (): Promise<void> => {
    await audited.close()
    await asked?.close()
  }
  const { host = '127.0.0.1', guarding } = http ?? {}
  const { audit } = audited
  try {
    const server = await startServer({ api, port, host, guarding: { ...guarding, audit } })
    const endpoint = endpointOf(http, server.port)
    io.err(`serving ${endpoint}/api, /health, /metrics and /tasks; a live page is at /\n`)
    return {
      report: reportToAll(observed.report, owners.report, asked?.report ?? (() => undefined)),
      copies: asked?.copies,
      endpoint,
      close: async () => {
        await server.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}
