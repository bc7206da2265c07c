// The metrics of a run, in Prometheus' form. Counters are what this process has committed; gauges
// say how things stood at each task's last commit, and are read when they are asked for. A record
// costs nothing here, a commit a few additions. docs/operating.md explains each of them.
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Layout } from '../layout.ts'
import type { Report, RunEvent } from '../report.ts'
import { addGauges } from './gauges.ts'
import { followCounts } from './new-counts.ts'
import type { RunStatus } from './run-status.ts'
import { addSinkCounters } from './sink-metrics.ts'
import { addTaskCounters } from './task-counters.ts'

export interface Metrics {
  readonly registry: Registry
  readonly report: Report
}

const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function makeMetrics({ plan }: Layout, status: () => RunStatus): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ topology: plan.topology })
  const reportCounts = followCounts(addTaskCounters(registry, plan))
  const reportRun = addRunCounters(registry)
  const reportSinks = addSinkCounters(registry, plan)
  addGauges(registry, status)
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    report: (event) => {
      reportCounts(event)
      reportRun(event)
      reportSinks(event)
    },
  }
}

function addRunCounters(registry: Registry): Report {
  const registers = [registry]
  const commits = new Counter({
    name: 'millrace_commits_total',
    help: 'Transactions that this process committed.',
    registers,
  })
  const commitSeconds = new Histogram({
    name: 'millrace_commit_seconds',
    help: 'How long a transaction took, from the first byte encoded to its commit.',
    buckets: COMMIT_SECONDS,
    registers,
  })
  const retries = new Counter({
    name: 'millrace_retries_total',
    help: 'Times that a slot was opened anew because the log refused something, by error code.',
    labelNames: ['code'],
    registers,
  })
  const idleSkips = new Counter({
    name: 'millrace_idle_skips_total',
    help: 'Decisions to go on without a topic that was silent for as long as its idle says.',
    labelNames: ['topic'],
    registers,
  })
  return (event: RunEvent) => {
    if (event.kind === 'retrying') retries.inc({ code: event.code })
    if (event.kind !== 'committed') return
    commits.inc()
    commitSeconds.observe(event.ms / 1000)
    for (const { idleSkips: topics } of event.tasks) {
      for (const topic of topics) idleSkips.inc({ topic })
    }
  }
}
