// Opens the log that a command works on.
import type { Log } from '../../connectors/connector.ts'
import type { EngineError } from '../../topology/engine-error.ts'
import { FileProblem } from '../load-topology.ts'
import type { LogAccess } from './log-access.ts'
import { LASTING_FORMS } from './log-address.ts'

/** `write` makes the log where there is none; an embedded one is then for one process at a time. */
export type LogMode = 'write' | 'read'

/**
 * `tell` hears of problems that stop nothing.
 * @throws EngineError for a log that cannot be opened.
 */
export async function openLog(
  { address, kafka }: LogAccess,
  mode: LogMode,
  tell?: (problem: EngineError) => void,
): Promise<Log> {
  // Only the driver that is used is loaded: a command starts sooner.
  if (kafka !== undefined) {
    const { openKafkaLog } = await import('../../connectors/kafka/kafka-log.ts')
    return openKafkaLog(kafka, tell)
  }
  if (address.kind === 'embedded') {
    const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
    return openEmbeddedLog(address.folder, { mode })
  }
  const { createMemoryBroker } = await import('../../connectors/memory/memory-broker.ts')
  return createMemoryBroker().connect()
}

/** Opens a log for a command that makes sense only with one that outlives it. */
export async function openLastingLog(
  access: LogAccess,
  mode: LogMode,
  command: string,
): Promise<Log> {
  if (access.address.kind === 'memory') {
    throw new FileProblem(
      `the memory log ends with its process, so ${command} has nothing to do with one; ` +
        `name a log that stays: --log ${LASTING_FORMS}`,
    )
  }
  return openLog(access, mode)
}

/** Opens a log for writing that must be there already: a mistyped name makes no new one. */
export async function openExistingLog(access: LogAccess, command: string): Promise<Log> {
  // A broker is there or not; an embedded log would be made.
  if (access.kafka === undefined) await (await openLastingLog(access, 'read', command)).close()
  return openLastingLog(access, 'write', command)
}
