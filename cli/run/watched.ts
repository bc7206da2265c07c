// By what a run is watched: progress at a terminal, log lines elsewhere, and with --http a server
// of metrics and status. Each takes the workers' events; a run goes the same way without them. They
// are loaded when they are asked for, since that takes a while.
import type { Log } from '../../connectors/connector.ts'
import type { Layout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { type Report, reportToAll } from '../../runtime/report.ts'
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
}

/** @throws EngineError `port-in-use`. */
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

async function serve({ layout, log, io }: Watching, port: number): Promise<Watched> {
  const { observeRun } = await import('../../runtime/observe/observe-run.ts')
  const { makeApi } = await import('../../query/make-api.ts')
  const { startServer } = await import('../../query/server.ts')
  const quiet = { level: 'silent', isTerminal: false, write: () => undefined } as const
  const { report, registry, status } = observeRun({ layout, ...quiet })
  const api = makeApi({ layout, log, registry, status, pace: processPace })
  const server = await startServer({ api, port })
  io.err(`serving http://127.0.0.1:${server.port}/api, /health, /metrics and /tasks\n`)
  return { report, close: server.close }
}
