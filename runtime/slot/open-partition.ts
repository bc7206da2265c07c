// Opens what a slot has of one partition: its tasks as they were committed, and the changelog that
// it goes on with. The slot's producer is open by then, so whoever had them commits nothing more.
import { readInserted, insertAgain } from './inserted-rows.ts'
import type { Layout, TaskLayout } from '../layout.ts'
import { unusedName } from '../pace.ts'
import type { Changelog } from '../state/changelog.ts'
import type { ChangelogStanding } from '../state/changelog-standing.ts'
import type { CommitRecords, StateLog } from '../state/committed-state.ts'
import type { CommittedState } from '../state/task-store.ts'
import { decodeCommit } from '../task/commit-record.ts'
import { assertWhole } from './assert-whole.ts'
import { findLeftovers, type Leftovers } from './leftovers.ts'
import type { RestoreBounds } from './mark-opening.ts'
import type { SlotOptions } from './options.ts'
import { reportRestore } from './report-restore.ts'
import { beginsTooLate, openTask, type SlotTask, startAtFirst } from './slot-task.ts'
import { SlotTaken } from './slot-taken.ts'

export interface OpenedPartition {
  readonly partition: number
  /** As they were found. */
  readonly records: CommitRecords
  readonly tasks: readonly SlotTask[]
  readonly state: CommittedState
  /** Undefined on a log with tables. */
  readonly changelog: Changelog | undefined
  /** What earlier topologies left, to go with the first commit. */
  readonly leftovers: Leftovers
}

export interface PartitionPlace {
  readonly slot: number
  readonly partition: number
  /** Undefined on a log with tables. */
  readonly bounds: RestoreBounds | undefined
}

/** @throws EngineError of the log, `log-damaged`, `topology-changed`; SlotTaken. */
export async function openPartition(
  options: SlotOptions,
  stateLog: StateLog,
  { slot, partition, bounds }: PartitionPlace,
): Promise<OpenedPartition> {
  const { log, layout } = options
  const own = layout.tasks.filter((task) => task.slot === slot && task.partition === partition)
  const commits = await stateLog.openCommits(partition, {
    read: bounds && { bounds: bounds.commits, after: bounds.commitsAfter },
    isEnough: (records) => sayAll(layout, own, records),
  })
  const { records } = commits
  const changelog =
    bounds &&
    (await stateLog.openChangelog(partition, {
      bounds: bounds.state,
      last: lastStanding(records),
      newId: unusedName,
      copy: options.local?.copyOf(partition),
      onDropped: (message) =>
        options.report({ kind: 'local-state-dropped', slot, partition, message }),
      onRead: reportRestore(options, { slot, partition }),
    }))
  const state = changelog?.entries ?? (await stateLog.state(partition))
  const inserted = await readInserted(log, layout.plan.topology, partition, bounds?.order)
  if (await commits.haveChanged()) throw new SlotTaken(slot)
  if (bounds && changelog) {
    const { stateEnd } = bounds
    const found = { partition, records, changelog, stateEnd, inserted: inserted.length }
    await assertWhole(options, found)
    changelog.settle()
  }
  const leftovers = findLeftovers(layout, partition, records, state)
  const tasks: SlotTask[] = []
  for (const task of own) {
    const bytes = records.get(task.id)
    const record = bytes && decodeCommit(bytes)
    const made = openTask(options, task, state, record)
    if (record === undefined && !(await startAtFirst(log, made))) {
      throw (await commits.haveChanged()) ? new SlotTaken(slot) : beginsTooLate(task)
    }
    insertAgain(made.sources, task.sub.id, inserted)
    tasks.push(made)
  }
  return { partition, records, tasks, state, changelog, leftovers }
}

/** Of the tasks that there are, as they are: then what others left was taken out before. */
function sayAll({ plan }: Layout, own: readonly TaskLayout[], records: CommitRecords): boolean {
  return own.every(({ id }) => {
    const bytes = records.get(id)
    return bytes !== undefined && decodeCommit(bytes).shapeHash === plan.shapeHash
  })
}

function lastStanding(records: CommitRecords): ChangelogStanding | undefined {
  const last = [...records.values()].at(-1)
  return last && decodeCommit(last).changelog
}
