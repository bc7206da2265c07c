// The handles on a log that a run needs: one to look at it with, and one for each worker. Threads
// over an embedded log open their own.
import type { Log } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { processPace } from '../../runtime/pace.ts'
import { folderOf } from '../open-log.ts'
import type { CrewOptions } from './crew.ts'

export interface RunLogs {
  readonly log: Log
  readonly on: CrewOptions['on']
  readonly close: () => Promise<void>
}

/** @throws FileProblem for a name of no log, EngineError for one that cannot be opened. */
export async function openRunLogs(name: string, workers: number): Promise<RunLogs> {
  if (name === 'memory') return connectMemory(workers)
  const folder = folderOf(name)
  const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
  if (workers === 1) {
    const log = await openEmbeddedLog(folder, { mode: 'write' })
    return { log, on: [log], close: () => log.close() }
  }
  // It joins no group; its number counts for nothing.
  const log = await openEmbeddedLog(folder, { mode: 'write', share: { worker: 0, workers } })
  return { log, on: { folder, threads: workers }, close: () => log.close() }
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
