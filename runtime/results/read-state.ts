// What the stores and timers of a topology hold, as last committed.
import type { Log } from '../../connectors/connector.ts'
import type { Layout } from '../layout.ts'
import { atPartition, type RunResult } from '../reference/history.ts'
import { StateLog } from '../state/committed-state.ts'
import { entryCodec, keepByClock } from '../state/stored-entry.ts'
import { decodeCommit } from '../task/commit-record.ts'
import { decodeInstant, entryPrefix, timerPrefix } from '../state/state-keys.ts'

export async function readState(
  { plan, tasks, partitions }: Layout,
  log: Log,
): Promise<Pick<RunResult, 'state' | 'timers'>> {
  const stateLog = new StateLog(log, plan.topology)
  const state = new Map<string, Map<string, Map<string, object>>>()
  const timers = new Map<string, Map<string, number>>()
  for (const { id, type } of plan.steps) {
    const stores = Object.keys(type.stores)
    state.set(id, new Map(stores.map((name) => [name, new Map<string, object>()])))
  }
  for (let partition = 0; partition < partitions; partition += 1) {
    const committed = await stateLog.state(partition)
    const commits = await stateLog.commits(partition)
    const own = tasks.filter((task) => task.partition === partition)
    const steps = plan.steps.filter(({ id }) => own.some(({ sub }) => sub.steps.includes(id)))
    for (const { id, type, stateHash } of steps) {
      const task = own.find(({ sub }) => sub.steps.includes(id))?.id ?? ''
      const record = commits.get(task)
      const clock = record ? decodeCommit(record).clock : Number.NEGATIVE_INFINITY
      for (const [name, store] of Object.entries(type.stores)) {
        const codec = entryCodec(store)
        const keep = keepByClock(store)
        const prefix = entryPrefix(stateHash, name)
        for (const [key, bytes] of committed.entries(prefix)) {
          const at = atPartition(partition, key.slice(prefix.length))
          const stored = codec.decode(bytes)
          if (keep === undefined) state.get(id)?.get(name)?.set(at, stored.entry)
          else if (clock <= stored.edited + keep) state.get(id)?.get(name)?.set(at, stored)
        }
      }
      const prefix = timerPrefix(stateHash)
      for (const [key, bytes] of committed.entries(prefix)) {
        const known = timers.get(id) ?? new Map<string, number>()
        timers.set(id, known)
        known.set(atPartition(partition, key.slice(prefix.length)), decodeInstant(bytes))
      }
    }
  }
  return { state, timers }
}
