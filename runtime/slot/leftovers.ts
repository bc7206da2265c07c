// What an earlier form of the topology left behind: state of steps that are gone or mean something
// else now, and commit records of tasks that there are no more. It goes with the first commit: a
// step that is taken out and put back later must not go on with what it knew.
import type { Layout } from '../layout.ts'
import type { Change } from '../state/changelog-batch.ts'
import { statePrefixes } from '../state/state-keys.ts'
import type { CommittedState } from '../state/task-store.ts'
import { decodeCommit } from '../task/commit-record.ts'

export interface Leftovers {
  readonly entries: readonly Change[]
  readonly records: readonly Change[]
}

/** `commits` and `state` are of the partition, as committed. */
export function findLeftovers(
  { plan, tasks }: Layout,
  partition: number,
  commits: ReadonlyMap<string, Uint8Array>,
  state: CommittedState,
): Leftovers {
  const living = new Set(plan.steps.map(({ stateHash }) => stateHash))
  const own = new Set(tasks.filter((task) => task.partition === partition).map(({ id }) => id))
  const gone = new Set<string>()
  const records: Change[] = []
  for (const [task, bytes] of commits) {
    for (const hash of decodeCommit(bytes).states) if (!living.has(hash)) gone.add(hash)
    if (!own.has(task)) records.push([task, null])
  }
  const entries = [...gone].flatMap((hash) =>
    statePrefixes(hash).flatMap((prefix) =>
      [...state.entries(prefix)].map(([key]): Change => [key, null]),
    ),
  )
  return { entries, records }
}
