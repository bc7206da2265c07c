// The handles on a log that a run needs: one to look at it with, and one for each worker. Several
// workers over an embedded or a Kafka log are threads that open their own.
import type { Log } from '../../connectors/connector.ts'
import type { EngineError } from '../../topology/engine-error.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { processPace } from '../../runtime/pace.ts'
import type { Report, RunEvent } from '../../runtime/report.ts'
import { failureOf } from '../../runtime/slot/failure.ts'
import type { LogAccess } from '../log/log-access.ts'
import { openLog } from '../log/open-log.ts'
import type { CrewOptions } from './crew.ts'

export interface RunLogs {
  readonly log: Log
  readonly on: CrewOptions['on']
  /** From now on it is told of problems with the log that stop nothing. */
  readonly watch: (report: Report) => void
  readonly close: () => Promise<void>
}

/** @throws EngineError for a log that cannot be opened. */
export async function openRunLogs(access: LogAccess, workers: number): Promise<RunLogs> {
  const { address, kafka } = access
  let report: Report | undefined
  const watch = (own: Report): void => void (report = own)
  const tell = (problem: EngineError): void => report?.(problemEvent(problem))
  if (address.kind === 'memory') return { ...connectMemory(workers), watch }
  if (workers > 1 && address.kind === 'embedded') {
    const { folder } = address
    const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
    // It joins no group; its number counts for nothing.
    const log = await openEmbeddedLog(folder, { mode: 'write', share: { worker: 0, workers } })
    return { log, on: { threads: workers, own: { folder } }, watch, close: () => log.close() }
  }
  const log = await openLog(access, 'write', tell)
  const on = workers > 1 && kafka !== undefined ? { threads: workers, own: { kafka } } : [log]
  return { log, on, watch, close: () => log.close() }
}

/** What a report says of a problem with the log that stops nothing. */
export function problemEvent(problem: EngineError): RunEvent {
  return { kind: 'log-problem', ...failureOf(problem) }
}

function connectMemory(workers: number): Omit<RunLogs, 'watch'> {
  const broker = createMemoryBroker()
  const { pause } = processPace
  const log = broker.connect({ owner: 'run', pause })
  const on = Array.from({ length: workers }, (_, worker) =>
    broker.connect({ owner: `worker-${worker}`, pause }),
  )
  const close = async (): Promise<void> => {
    for (const each of [...on, log]) await each.close()
  }
  return { log, on, close }
}
