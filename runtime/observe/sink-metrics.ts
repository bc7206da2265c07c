// The counters of sinks; their gauges are in gauges.ts. docs/operating.md explains each of them.
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Plan } from '../../topology/plan.ts'
import type { Report } from '../report.ts'

const WRITE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function addSinkCounters(registry: Registry, { sinks }: Plan): Report {
  const registers = [registry]
  const records = new Counter({
    name: 'millrace_sink_records_total',
    help: 'Records that this process has brought outside.',
    labelNames: ['sink'],
    registers,
  })
  const refused = new Counter({
    name: 'millrace_sink_refused_total',
    help: 'Records that the outside never takes, by what became of them.',
    labelNames: ['sink', 'fate'],
    registers,
  })
  const retries = new Counter({
    name: 'millrace_sink_retries_total',
    help: 'Times that a sink failed and was tried again, by error code.',
    labelNames: ['sink', 'code'],
    registers,
  })
  const writeSeconds = new Histogram({
    name: 'millrace_sink_write_seconds',
    help: 'How long the outside took for a batch.',
    labelNames: ['sink'],
    buckets: WRITE_SECONDS,
    registers,
  })
  // A counter that appears with its first event has no rate for it.
  for (const { name: sink, bad: fate } of sinks) {
    records.inc({ sink }, 0)
    refused.inc({ sink, fate }, 0)
  }
  return (event) => {
    if (event.kind === 'sink-refused') {
      refused.inc({ sink: event.sink, fate: event.fate }, event.records)
    } else if (event.kind === 'sink-retrying') {
      retries.inc({ sink: event.sink, code: event.code })
    } else if (event.kind === 'sink-written') {
      records.inc({ sink: event.sink }, event.records)
      writeSeconds.observe({ sink: event.sink }, event.ms / 1000)
    }
  }
}
