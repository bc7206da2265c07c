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
  const between: Omit<Read, 'end'>[] = []
  for (const { id, channels } of layout.tasks) {
    const record = commits.get(id)
    if (record?.hasFinished !== true) return false
    for (const { topic, partition, upstream } of channels) {
      const source = `${topic}/${partition}`
      const position = { topic, partition, offset: record.positions[source] ?? 0 }
      const { offset: takenTo = 0, clock = -Infinity } =
        record.channels[`${source}/${upstream}`] ?? {}
      const read = { position, upstream, takenTo }
      if (upstream >= 0) {
        between.push(read)
        continue
      }
      // Rows that were put in have no offset of their own: here the position alone counts.
      inputs.push({ ...read, takenTo: 0, end: ends.offsets.get(source) ?? 0 })
      if (clock < ends.clock) return false
    }
  }
  // Read after the commit records: what their tasks had sent by then is within these bounds.
  const bounds = await log.bounds(between.map(({ position }) => position))
  const sent = between.map((read, index) => ({ ...read, end: bounds[index]?.stable ?? 0 }))
  for (const read of [...inputs, ...sent]) if (!(await isDone(log, read))) return false
  return true
}

/** A channel as it was committed, and how far its partition goes. */
interface Read {
  readonly position: Position
  readonly upstream: number
  /** The offset after the row of it that was taken last. */
  readonly takenTo: number
  readonly end: number
}

const LOOKED_AT_ONCE = 1_000

/**
 * Whether no row of the channel that was not taken stands between the position and the end. A task
 * that took nothing commits nothing, so its position may stay before markers, what was aborted, and
 * rows that it reads again in vain.
 */
async function isDone(log: Log, { position, upstream, takenTo, end }: Read): Promise<boolean> {
  for (let { offset } = position; offset < end;) {
    const options = { maxRecords: LOOKED_AT_ONCE, waitMs: 0 }
    const [fetched] = await log.fetch([{ ...position, offset }], options)
    if (fetched === undefined || fetched.next <= offset) return false
    for (const stored of fetched.batches) {
      const { batch, from } = stored
      for (let row = from; row < batch.count; row += 1) {
        const at = offsetAt(stored, row)
        if (at >= end) return true
        const sender = batch.sent?.upstreams[row] ?? upstream
        if (sender === upstream && at >= takenTo) return false
      }
    }
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
