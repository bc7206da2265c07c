// What becomes of a topology on a log where it has run in another form: which steps go on with
// their state, which begin anew, and what keeps it from running there at all. Reads only.
import type { Bounds, Log, TopicSpec } from '../connectors/connector.ts'
import { readCommits } from './finish.ts'
import type { Layout } from './layout.ts'
import { meaningProblems } from './prepare-log.ts'
import type { CommitRecord } from './task/commit-record.ts'
import { taskProblem } from './task/same-task.ts'
import { commitsTopic } from './topic-names.ts'

export type StepVerdict =
  /** It goes on with the state that is there. */
  | 'kept'
  /** It was there with state of another meaning, which is dropped: it begins without any. */
  | 'rebuilt'
  /** It was not there. */
  | 'new'
  /** It has no state. */
  | 'stateless'

export interface LogComparison {
  readonly log: string
  /** Tasks of the topology that have committed there. */
  readonly committed: number
  readonly tasks: number
  readonly steps: readonly { readonly step: string; readonly verdict: StepVerdict }[]
  /** Steps that ran there and that the topology no longer has. */
  readonly gone: readonly string[]
  /** Why it cannot run there, with the repair; none: it can. */
  readonly incompatible: readonly string[]
}

/** Compares a layout with what the last commits on a log say. */
export async function compareWithLog(layout: Layout, log: Log): Promise<LogComparison> {
  const { plan, tasks } = layout
  const topics = await log.topics()
  const hasRun = topics.has(commitsTopic(plan.topology))
  const commits = hasRun ? await readCommits(layout, log) : new Map<string, CommitRecord>()
  const records = [...commits.values()]
  const states = new Set(records.flatMap((each) => each.states))
  const before = new Set(records.flatMap((each) => Object.keys(each.steps)))
  const own = new Set(plan.steps.map(({ id }) => id))
  return {
    log: log.name,
    committed: tasks.filter(({ id }) => commits.has(id)).length,
    tasks: tasks.length,
    steps: plan.steps.map(({ id, stateHash, type }) => {
      const hasStores = Object.keys(type.stores).length > 0
      const isKept = states.has(stateHash)
      const other = before.has(id) ? 'rebuilt' : 'new'
      return { step: id, verdict: hasStores ? (isKept ? 'kept' : other) : 'stateless' }
    }),
    gone: [...before].filter((id) => !own.has(id)),
    incompatible: [
      ...partitionProblems(layout, topics),
      ...meaningProblems(layout, topics).map(({ problem }) => problem),
      ...tasks.flatMap((task) => {
        const record = commits.get(task.id)
        return (record && taskProblem(task, record, plan.shapeHash)) ?? []
      }),
      ...(await unsentProblems(layout, log, topics, commits)),
    ],
  }
}

function partitionProblems(
  { topics }: Layout,
  known: ReadonlyMap<string, TopicSpec>,
): readonly string[] {
  return topics.flatMap(({ name, partitions }) => {
    const there = known.get(name)?.partitions ?? partitions
    if (there === partitions) return []
    return [
      `topic "${name}" has ${there} partitions, and ${partitions} are declared; partitions are ` +
        'part of what a topology means: declare those that are there, or name another topic',
    ]
  })
}

/** A task that has not begun needs all that other tasks have sent it. */
async function unsentProblems(
  { tasks }: Layout,
  log: Log,
  topics: ReadonlyMap<string, TopicSpec>,
  commits: ReadonlyMap<string, CommitRecord>,
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { id, channels } of tasks) {
    if (commits.has(id)) continue
    const between = channels.filter(({ upstream, topic }) => upstream >= 0 && topics.has(topic))
    const bounds: readonly Bounds[] = between.length > 0 ? await log.bounds(between) : []
    if (bounds.every(({ first }) => first === 0)) continue
    problems.push(
      `task ${id} has not begun, and the first records that others sent it are gone; rewind the ` +
        'topology, or give it another name',
    )
  }
  return problems
}
