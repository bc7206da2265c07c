// Looks at a log that other processes write: how far the topology and its feeder have come. What it
// has seen once must still be there whenever it looks again, whoever was killed in between.
import type { Log } from '../../connectors/connector.ts'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { readCommits } from '../../runtime/finish.ts'
import type { Layout } from '../../runtime/layout.ts'
import type { CommitRecord } from '../../runtime/task/commit-record.ts'
import { inputPartitions } from './fed-slices.ts'

export interface Standing {
  /** Commits of all tasks. */
  readonly commits: number
  /** Rows of the inputs that are on the log, and those that a commit has left behind. */
  readonly fed: number
  readonly read: number
  /** Rows of inputs and between tasks that no commit has left behind. */
  readonly left: number
}

export interface Witness {
  /** @throws if something that was committed has gone. */
  readonly look: () => Promise<Standing>
  /** Opens the log, and reads all of it. @throws if there is less than the log says. */
  readonly open: () => Promise<void>
  /** Until then the log; it holds no lock that a writer needs. */
  readonly log: () => Log
  readonly close: () => Promise<void>
}

export function createWitness(layout: Layout, folder: string): Witness {
  const seen = new Map<string, number>()
  let opened: Log | undefined
  const log = (): Log => {
    if (opened === undefined) throw new Error('the witness looks at a log that it has closed')
    return opened
  }
  return {
    log,
    open: async () => {
      opened = await openEmbeddedLog(folder, { mode: 'read' })
      await readAll(opened)
    },
    look: async () => {
      const { fed, read } = await readInputs(layout, log())
      const commits = await readCommits(layout, log())
      for (const [task, record] of commits) holdForward(seen, task, record)
      holdNoLess(seen, 'rows fed', fed)
      return { commits: totalOf(commits), fed, read: read(commits), left: await leftOf(layout, log(), commits) }
    },
    close: async () => {
      await opened?.close()
      opened = undefined
    },
  }
}
