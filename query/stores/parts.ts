// Answers about a store, put together of the partitions that may have what is asked for: from the
// state of this process, or from the process that has the partition, which is asked the same over
// HTTP, once. What nobody has at the moment, while slots move or are restored, is a problem to be
// tried again.
import { lagRecords, lagSeconds } from '../../runtime/observe/lag.ts'
import type { RunStatus } from '../../runtime/observe/run-status.ts'
import type { Layout } from '../../runtime/layout.ts'
import type { QueriedStore } from '../../runtime/query/queried-store.ts'
import type { Page } from '../../runtime/query/read-store.ts'
import type { PartitionState, StateView } from '../../runtime/query/state-view.ts'
import { Problem } from '../problem.ts'
import { isReached, type WantedPosition } from './positions.ts'

/** Where the processes of a topology answer, by slot; undefined where that is not known. */
export type Owners = () => readonly (string | undefined)[]

export interface StoresApi {
  readonly layout: Layout
  readonly view: StateView
  readonly status: () => RunStatus
  readonly owners: Owners
  /** Milliseconds from some fixed moment, and a pause. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

/** On which commit an answer rests. */
export interface Part {
  readonly partition: number
  readonly task: string
  readonly epoch: number
  readonly commit: number
  /** The task's clock; null before its first record. Microseconds since 1970. */
  readonly streamTime: number | null
  /** By `topic/partition`: the offset of the first record that is not in the answer. */
  readonly positions: Readonly<Record<string, number>>
  /** How far the task was behind its inputs when it last looked; null where it has not. */
  readonly staleness: { readonly lagRecords: number | null; readonly lagSeconds: number | null }
}

export interface PartAnswer extends Page {
  readonly part: Part
}

export interface Asked {
  readonly store: QueriedStore
  readonly partitions: readonly number[]
  readonly wanted: readonly WantedPosition[]
  /** How long positions are waited for. */
  readonly waitMs: number
  readonly read: (state: PartitionState, partition: number) => Page
  /** Asks another process for the same of one partition. Undefined: this was asked by one. */
  readonly forward: ((endpoint: string, partition: number) => Promise<PartAnswer>) | undefined
}

const RETRY_AFTER_S = 1
const LOOK_EVERY_MS = 5

/**
 * In the order of `partitions`.
 * @throws Problem `not-here`, `position-not-reached`; `bad-request` for a position in what no task
 * of the store reads: nobody could say when it is reached.
 */
export async function readParts(api: StoresApi, asked: Asked): Promise<readonly PartAnswer[]> {
  assertRead(asked)
  return Promise.all(asked.partitions.map((partition) => readPart(api, asked, partition)))
}

function assertRead({ store, wanted }: Asked): void {
  if (wanted.length === 0) return
  const channels = store.tasks.flatMap((task) => task.channels)
  const sources = new Set(channels.map(({ topic, partition }) => `${topic}/${partition}`))
  const unread = wanted.find(({ source }) => !sources.has(source))
  if (unread === undefined) return
  const topics = new Set(channels.map(({ topic }) => topic))
  const detail = `${store.step}.${store.name} is made of ${[...topics].join(', ')}`
  throw new Problem('bad-request', `${detail}, and not of ${unread.source}`)
}

async function readPart(api: StoresApi, asked: Asked, partition: number): Promise<PartAnswer> {
  const { store, wanted, waitMs } = asked
  const until = api.now() + waitMs
  for (;;) {
    const found = readHere(api, asked, partition)
    if (found === undefined) return readThere(api, asked, partition)
    if (found !== 'behind') return found
    if (api.now() >= until) {
      const where = wanted.map(({ source, offset }) => `${source}@${offset}`).join()
      const detail = `${store.step}.${store.name} has not come to ${where}`
      throw new Problem('position-not-reached', detail, RETRY_AFTER_S)
    }
    await api.pause(LOOK_EVERY_MS)
  }
}

/** Undefined: the partition is not here. */
function readHere(
  { view, status }: StoresApi,
  { store, wanted, read }: Asked,
  partition: number,
): PartAnswer | 'behind' | undefined {
  const task = store.tasks.find((each) => each.partition === partition)?.id
  if (task === undefined) return undefined
  return view.look(partition, (state) => {
    const commit = state.commitOf(task)
    if (!isReached(wanted, commit)) return 'behind'
    const standing = status().tasks.find((each) => each.task === task)
    const lags = standing?.sources.flatMap((source) => lagRecords(source) ?? []) ?? []
    const part: Part = {
      partition,
      task,
      epoch: commit?.epoch ?? 0,
      commit: commit?.number ?? 0,
      streamTime: commit !== undefined && Number.isFinite(commit.clock) ? commit.clock : null,
      positions: commit?.positions ?? {},
      staleness: {
        lagRecords: lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag, 0),
        lagSeconds: (standing && lagSeconds(standing)) ?? null,
      },
    }
    return { ...read(state, partition), part }
  })
}

async function readThere(
  { layout, owners }: StoresApi,
  { store, forward }: Asked,
  partition: number,
): Promise<PartAnswer> {
  const slot = store.tasks.find((each) => each.partition === partition)?.slot
  const endpoint = slot === undefined ? undefined : owners()[slot]
  if (endpoint === undefined || forward === undefined) {
    const detail =
      `partition ${partition} of ${layout.plan.topology} is at no process that could be asked: ` +
      'it is moving, or being restored'
    throw new Problem('not-here', detail, RETRY_AFTER_S)
  }
  return forward(endpoint, partition)
}
