// How far tasks have come, by their commit records: whether a run that ends by itself is at its
// end, as every task has taken all that the inputs held and all that other tasks sent it; and
// whether some tasks have nothing left to take for now.
import type { Log, Position } from '../connectors/connector.ts'
import { EngineError } from '../topology/engine-error.ts'
import type { Ends } from './ends.ts'
import type { ChannelLayout, Layout, TaskLayout } from './layout.ts'
import { StateLog } from './state/committed-state.ts'
import { offsetAt } from '../connectors/stored-offset.ts'
import { type CommitRecord, decodeCommit } from './task/commit-record.ts'
import { channelId } from './task/same-task.ts'

export async function isFinished(layout: Layout, log: Log, ends: Ends): Promise<boolean> {
  const commits = await readCommits(layout, log)
  const reads: ReadSoFar[] = []
  for (const { id, channels } of layout.tasks) {
    const record = commits.get(id)
    if (record?.hasFinished !== true) return false
    for (const channel of channels) {
      const read = readSoFar(channel, record)
      if (channel.upstream >= 0) {
        reads.push(read)
        continue
      }
      const { topic, partition } = channel
      reads.push({ ...read, end: ends.offsets.get(`${topic}/${partition}`) ?? 0 })
      const { clock = -Infinity } = record.channels[channelId(channel)] ?? {}
      if (clock < ends.clock) return false
    }
  }
  return areDone(log, reads)
}

/**
 * Whether these tasks have committed that they took all that the log holds for them, and nothing is
 * left of what is read otherwise. `commits` were read before.
 */
export async function haveTakenAll(
  log: Log,
  commits: Commits,
  tasks: readonly TaskLayout[],
  others: readonly ReadSoFar[] = [],
): Promise<boolean> {
  const reads = tasks.flatMap(({ id, channels }) =>
    channels.map((channel) => readSoFar(channel, commits.get(id))),
  )
  return areDone(log, [...reads, ...others])
}

/** To be called after the commit records were read: what their tasks had sent is there then. */
async function areDone(log: Log, reads: readonly ReadSoFar[]): Promise<boolean> {
  const bounds = await log.bounds(reads.map(({ position }) => position))
  for (const [index, read] of reads.entries()) {
    const { first = 0, stable = 0 } = bounds[index] ?? {}
    const { position, end = stable } = read
    // What was deleted by now was read, or is lost to whoever reads it.
    const kept = { ...position, offset: Math.max(position.offset, first) }
    if (!(await isDone(log, { ...read, position: kept }, end).catch(unlessGone))) return false
  }
  return true
}

/** What is deleted while it is looked at was read meanwhile: the next look will tell. */
function unlessGone(error: unknown): false {
  if (error instanceof EngineError && error.code === 'offset-gone') return false
  throw error
}

/** How far a channel was read. */
export interface ReadSoFar {
  readonly position: Position
  readonly upstream: number
  /** The offset after the row of it that was taken last. */
  readonly takenTo: number
  /** Where what it has to take ends; undefined: where its partition does. */
  readonly end?: number
}

function readSoFar(channel: ChannelLayout, record: CommitRecord | undefined): ReadSoFar {
  const { topic, partition, upstream } = channel
  const offset = record?.positions[`${topic}/${partition}`] ?? 0
  // Rows that were put in have no offset of their own: of an input the position alone counts.
  const taken = upstream < 0 ? undefined : record?.channels[channelId(channel)]
  return { position: { topic, partition, offset }, upstream, takenTo: taken?.offset ?? 0 }
}

const LOOKED_AT_ONCE = 1_000

/**
 * Whether no row of the channel that was not taken stands between the position and the end. A task
 * that took nothing commits nothing, so its position may stay before markers, what was aborted, and
 * rows that it reads again in vain.
 */
async function isDone(
  log: Log,
  { position, upstream, takenTo }: ReadSoFar,
  end: number,
): Promise<boolean> {
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

/** By task id. */
export type Commits = ReadonlyMap<string, CommitRecord>

/** The last commit record of every task. */
export async function readCommits({ plan, partitions }: Layout, log: Log): Promise<Commits> {
  const stateLog = new StateLog(log, plan.topology)
  const ids = Array.from({ length: partitions }, (_, partition) => partition)
  const all = new Map<string, CommitRecord>()
  for (const records of await stateLog.allCommits(ids)) {
    for (const [task, bytes] of records) all.set(task, decodeCommit(bytes))
  }
  return all
}
