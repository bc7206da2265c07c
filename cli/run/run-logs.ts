// The handles on a log that a run needs: one to look at it with, and one for each worker. Several
// workers over an embedded or a Kafka log are threads that open their own.
import type { Log } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { processPace } from '../../runtime/pace.ts'
import type { LogAccess } from '../log/log-access.ts'
import { openLog } from '../log/open-log.ts'
import type { CrewOptions } from './crew.ts'

export interface RunLogs {
  readonly log: Log
  readonly on: CrewOptions['on']
  readonly close: () => Promise<void>
}

/** @throws EngineError for a log that cannot be opened. */
export async function openRunLogs(access: LogAccess, workers: number): Promise<RunLogs> {
  const { address, kafka } = access
  if (address.kind === 'memory') return connectMemory(workers)
  if (workers > 1 && address.kind === 'embedded') {
    const { folder } = address
    const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
    // It joins no group; its number counts for nothing.
    const log = await openEmbeddedLog(folder, { mode: 'write', share: { worker: 0, workers } })
    return { log, on: { threads: workers, own: { folder } }, close: () => log.close() }
  }
  const log = await openLog(access, 'write')
  const on = workers > 1 && kafka !== undefined ? { threads: workers, own: { kafka } } : [log]
  return { log, on, close: () => log.close() }
}

function connectMemory(workers: number): RunLogs {
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
