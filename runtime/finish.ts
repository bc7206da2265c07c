// Whether a run that ends by itself has come to its end: every task has committed that it took all
// that the inputs held and all that other tasks sent it.
import type { Log } from '../connectors/connector.ts'
import type { Ends } from './ends.ts'
import type { Layout } from './layout.ts'
import { StateLog } from './state/committed-state.ts'
import { type CommitRecord, decodeCommit } from './task/commit-record.ts'

export async function isFinished(layout: Layout, log: Log, ends: Ends): Promise<boolean> {
  const commits = await readCommits(layout, log)
  const reads: { topic: string; partition: number; position: number }[] = []
  for (const { id, channels } of layout.tasks) {
    const record = commits.get(id)
    if (record?.hasFinished !== true) return false
    for (const { topic, partition, upstream } of channels) {
      const source = `${topic}/${partition}`
      const position = record.positions[source] ?? 0
      if (upstream >= 0) reads.push({ topic, partition, position })
      else if (position < (ends.offsets.get(source) ?? 0)) return false
      else if ((record.channels[`${source}/${upstream}`]?.clock ?? -Infinity) < ends.clock)
        return false
    }
  }
  // Read after the commit records: what their tasks had sent by then is within these bounds.
  const bounds = await log.bounds(reads)
  return bounds.every(({ stable }, index) => (reads[index]?.position ?? 0) >= stable)
}

/** The last commit record of every task. */
export async function readCommits(
  { plan, partitions }: Layout,
  log: Log,
): Promise<ReadonlyMap<string, CommitRecord>> {
  const stateLog = new StateLog(log, plan.topology)
  const all = new Map<string, CommitRecord>()
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const [task, bytes] of await stateLog.commits(partition)) {
      all.set(task, decodeCommit(bytes))
    }
  }
  return all
}
