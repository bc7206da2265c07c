// What a run that does not end by itself brings to the log besides what its sources bring:
// commands that are handed to it, and heartbeats for inputs that nobody fills.
import type { Log } from '../../connectors/connector.ts'
import type { Source, SourceReport } from '../../connectors/source.ts'
import { findControlTopic } from '../../runtime/control/control-topic.ts'
import { presentTime, processPace } from '../../runtime/pace.ts'
import type { Report } from '../../runtime/report.ts'
import type { Plan } from '../../topology/plan.ts'
import { inboxFolder, openInbox } from '../control/inbox.ts'
import type { LogAddress } from '../log/log-address.ts'
import { startHeartbeats } from './heartbeats.ts'
import type { ReadySource } from './open-sources.ts'

interface Beside {
  readonly log: Log
  readonly sources: readonly ReadySource[]
  readonly address: LogAddress
  readonly untilIdle: boolean
  readonly report: Report
}

export function openBeside(plan: Plan, beside: Beside): Source[] {
  const { log, sources, address, untilIdle, report } = beside
  // A memory log ends with its process, so nobody else could reach it.
  if (untilIdle || address.kind === 'memory') return []
  const clock = { ...processPace, present: presentTime }
  const opened: Source[] = []
  const filled = new Set(sources.flatMap(({ topics }) => [...topics.values()]))
  const silent = [...plan.topics.values()].filter((topic) => topic.isInput && !filled.has(topic))
  // Without a live source the inputs are history, and the present would be far ahead of them.
  if (sources.length > 0 && silent.length > 0) {
    opened.push(startHeartbeats({ topology: plan.topology, topics: silent, log, clock }))
  }
  const { topic } = findControlTopic(plan)
  // Only an embedded log has one writer; to any other a command goes by itself.
  if (topic !== undefined && address.kind === 'embedded') {
    const folder = inboxFolder(address.folder, plan.topology)
    const tell: SourceReport = (kind, message) => report({ kind, source: 'inbox', message })
    opened.push(openInbox({ folder, topic, log, clock, report: tell }))
  }
  return opened
}
