// Holds everything that a story has left on its log against the reference interpreter: outputs per
// key in order, dead letters, counts, state, timers; what its tasks have committed to have read
// against what there is; and what the group's lag says against what was committed.
import type { Log } from '../../connectors/connector.ts'
import { operators } from '../../operators/index.ts'
import { haveTakenAll } from '../../runtime/finish.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { inputsOf } from '../kill/history.ts'
import { holdResults } from '../kill/undisturbed.ts'
import type { CommitWatch } from './commit-watch.ts'
import { groupOffsets } from './group-offsets.ts'
import { patiently } from './patiently.ts'
import type { Story } from './story.ts'

export interface Audited {
  /** Records of the outputs, all of which are right. */
  readonly records: number
  readonly deadLetters: number
  readonly commits: number
  /** Partitions of which the group's lag is known. */
  readonly lagging: number
}

export interface Evidence {
  readonly log: Log
  readonly watch: CommitWatch
  /** What the run that came to the end has printed, as JSON. */
  readonly summary: string
}

/** To be called after a run has ended at the end of the history. @throws with what is wrong. */
export async function audit(story: Story, { log, watch, summary }: Evidence): Promise<Audited> {
  const { layout, history } = story
  const expected = runReference({ plan: layout.plan, operators, inputs: inputsOf(history) })
  const found = await patiently(() => readResults(layout, log))
  holdResults(layout.plan, expected, { found, summary })
  const commits = await watch.look()
  if (!(await haveTakenAll(log, commits, layout.tasks)))
    throw new Error('a task has left something')
  const lagging = await holdGroup(story, watch)
  return {
    records: [...expected.digests.values()].reduce((sum, { records }) => sum + records, 0),
    deadLetters: expected.deadLetters.length,
    commits: watch.seen,
    lagging,
  }
}

/** What the group has noted may be behind what is committed, never before it. */
async function holdGroup({ servers, name }: Story, watch: CommitWatch): Promise<number> {
  const noted = await groupOffsets(servers.bootstrap, name)
  const commits = [...(await watch.look()).values()]
  for (const [source, offset] of noted) {
    const committed = commits.flatMap(({ positions }) => positions[source] ?? [])
    if (committed.length > 0 && offset <= Math.min(...committed)) continue
    const place = committed.length === 0 ? 'no task reads it' : `committed is ${committed.join()}`
    throw new Error(`group "${name}" stands at ${offset} in ${source}, ${place}`)
  }
  return noted.size
}
