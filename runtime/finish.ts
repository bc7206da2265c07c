// Whether a run that ends by itself has come to its end: every task has committed that it took all
// that the inputs held and all that other tasks sent it.
import type { Log, Position } from '../connectors/connector.ts'
import type { Ends } from './ends.ts'
import type { Layout } from './layout.ts'
import { StateLog } from './state/committed-state.ts'
import { offsetAt } from './task/channel.ts'
import { type CommitRecord, decodeCommit } from './task/commit-record.ts'

export async function isFinished(layout: Layout, log: Log, ends: Ends): Promise<boolean> {
  const commits = await readCommits(layout, log)
  const inputs: Read[] = []
  const between: Position[] = []
  for (const { id, channels } of layout.tasks) {
    const record = commits.get(id)
    if (record?.hasFinished !== true) return false
    for (const { topic, partition, upstream } of channels) {
      const source = `${topic}/${partition}`
      const position = { topic, partition, offset: record.positions[source] ?? 0 }
      if (upstream >= 0) {
        between.push(position)
        continue
      }
      inputs.push({ position, end: ends.offsets.get(source) ?? 0 })
      if ((record.channels[`${source}/${upstream}`]?.clock ?? -Infinity) < ends.clock) return false
    }
  }
  // Read after the commit records: what their tasks had sent by then is within these bounds.
  const bounds = await log.bounds(between)
  const sent = between.map((position, index) => ({ position, end: bounds[index]?.stable ?? 0 }))
  for (const read of [...inputs, ...sent]) if (!(await isDone(log, read))) return false
  return true
}

interface Read {
  readonly position: Position
  readonly end: number
}

/**
 * Whether no record stands between the position and the end. A task that took nothing commits
 * nothing, so its position may stay before markers and what was aborted.
 */
async function isDone(log: Log, { position, end }: Read): Promise<boolean> {
  for (let { offset } = position; offset < end;) {
    const [fetched] = await log.fetch([{ ...position, offset }], { maxRecords: 1, waitMs: 0 })
    if (fetched === undefined || fetched.next <= offset) return false
    const [first] = fetched.batches
    if (first !== undefined) return offsetAt(first, first.from) >= end
    offset = fetched.next
  }
  return true
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
