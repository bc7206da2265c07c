// A memory log: one process's data, gone when it ends. Several connections share it, so workers,
// zombies and crashes are simulated in one thread.
import type { Log } from '../connector.ts'
import { type ConnectOptions, openConnection } from './connection.ts'
import { createMemoryData } from './memory-data.ts'
import { connectLog } from './memory-log.ts'
import type { CompactionOptions } from './partition.ts'

export interface MemoryBroker {
  readonly connect: (options?: ConnectOptions) => Log
  /**
   * Removes an owner from all groups, as missed heartbeats would. It is not told: its next poll
   * joins it again.
   */
  readonly expire: (owner: string) => void
}

/**
 * @example
 * const broker = createMemoryBroker()
 * const log = broker.connect({ owner: 'worker-1' })
 */
export function createMemoryBroker({
  compactAfter = 1_000,
}: Partial<CompactionOptions> = {}): MemoryBroker {
  const data = createMemoryData({ compactAfter })
  return {
    connect: (options = {}) => connectLog(data, openConnection(options)),
    expire: (owner) => {
      for (const group of data.groups.values()) group.expire(owner)
    },
  }
}
