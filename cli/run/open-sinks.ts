// The sinks of a run: each is started with the settings of its connection, on a handle on the log
// of their own.
import type { Layout } from '../../runtime/layout.ts'
import { presentTime, processPace } from '../../runtime/pace.ts'
import type { Report } from '../../runtime/report.ts'
import { type RunningSink, startSink } from '../../runtime/sink/run-sink.ts'
import type { ReadySink } from './ready-sinks.ts'
import type { RunLogs } from './run-logs.ts'

export interface OpenedSinks {
  /** Starts them; they are stopped by whoever starts them. */
  readonly start: () => readonly RunningSink[]
  /** Closes the log, when they have ended. */
  readonly close: () => Promise<void>
}

export async function openSinks(
  ready: readonly ReadySink[],
  { forSinks }: RunLogs,
  { layout, report }: { readonly layout: Layout; readonly report: Report },
): Promise<OpenedSinks> {
  if (ready.length === 0) return { start: () => [], close: () => Promise.resolve() }
  const log = await forSinks()
  const clock = { ...processPace, present: presentTime }
  return {
    start: () => ready.map((own) => startSink({ ...own, layout, log, clock, report })),
    close: () => log.close(),
  }
}
