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
  /** One for sinks, to be closed by whoever asks: their fetches wait for nobody else's. */
  readonly forSinks: () => Promise<Log>
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
  if (address.kind === 'embedded')
    return { ...(await openEmbedded(address.folder, workers)), watch }
  const log = await openLog(access, 'write', tell)
  const on = workers > 1 && kafka !== undefined ? { threads: workers, own: { kafka } } : [log]
  const forSinks = () => openLog(access, 'write', tell)
  return { log, on, forSinks, watch, close: () => log.close() }
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
  const forSinks = () => Promise.resolve(broker.connect({ owner: 'sinks', pause }))
  return { log, on, forSinks, close }
}

async function openEmbedded(folder: string, workers: number): Promise<Omit<RunLogs, 'watch'>> {
  const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
  // Among threads its number counts for nothing: it runs no slots.
  const share = workers > 1 ? { share: { worker: 0, workers } } : undefined
  const log = await openEmbeddedLog(folder, { mode: 'write', ...share })
  const on = workers > 1 ? { threads: workers, own: { folder } } : [log]
  const forSinks = () => Promise.resolve(ofOneMember(log))
  return { log, on, forSinks, close: () => log.close() }
}

/** The same log, on which all slots of a group are one member's: no other process writes there. */
function ofOneMember(log: Log): Log {
  const join: Log['join'] = (_, slots) => {
    const all = Array.from({ length: slots }, (_, slot) => slot)
    return Promise.resolve({
      poll: () => Promise.resolve({ generation: 1, slots: all }),
      leave: () => Promise.resolve(),
    })
  }
  return { ...log, join, close: () => Promise.resolve() }
}
