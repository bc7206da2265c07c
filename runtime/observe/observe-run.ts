// Everything by which a run is watched from outside: log lines, metrics, and the status that a
// server shows. It takes part in nothing: a run goes the same way without it.
import type { Registry } from 'prom-client'
import type { Layout } from '../layout.ts'
import { processPace } from '../pace.ts'
import { type Report, reportToAll } from '../report.ts'
import { type LogOptions, logEvents } from './log-events.ts'
import { makeMetrics } from './metrics.ts'
import { followRates, type RunRates } from './rates.ts'
import { followRun, type RunStatus } from './run-status.ts'
import { withoutFenced } from './without-fenced.ts'

export interface ObserveOptions extends Omit<LogOptions, 'topology'> {
  readonly layout: Layout
  /** Milliseconds from some fixed moment; the clock of the process if not stated. */
  readonly now?: () => number
}

export interface ObservedRun {
  /** For WorkerOptions; workers in threads hand their events over, they are plain data. */
  readonly report: Report
  readonly registry: Registry
  readonly status: () => RunStatus
  readonly rates: () => RunRates
}

/**
 * @example
 * const { report, registry, status } = observeRun({ layout, level: 'info', isTerminal, write })
 * const server = await startServer({ port, registry, status })
 * const worker = startWorker({ ...options, report })
 */
export function observeRun({ layout, now = processPace.now, ...log }: ObserveOptions): ObservedRun {
  const run = followRun(layout)
  const metrics = makeMetrics(layout, run.status)
  const { report, rates } = followRates(now)
  const fold = withoutFenced(reportToAll(run.report, metrics.report, report))
  const { topology } = layout.plan
  return {
    report: reportToAll(logEvents({ topology, ...log }), fold),
    registry: metrics.registry,
    status: run.status,
    rates,
  }
}
