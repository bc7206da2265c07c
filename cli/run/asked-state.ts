// The state that queries read on a log without tables: copies on the disk of this process, which
// its workers write at every commit, and its server reads. They lie in the folder that --state
// names, or in one of their own that goes with the process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedName } from '../../runtime/pace.ts'
import { copyView, type StateView } from '../../runtime/query/state-view.ts'
import type { Report } from '../../runtime/report.ts'
import { type Copies, openCopies } from './start-with-copies.ts'

export interface AskedState {
  /** What workers are to keep. */
  readonly copies: Copies
  readonly view: StateView
  /** Is to hear the events of all workers. */
  readonly report: Report
  /** To be called when the workers have ended. */
  readonly close: () => Promise<void>
}

export interface AskedStateOptions {
  readonly topology: string
  /** As --state names it. */
  readonly folder: string | undefined
  /** Told of what an earlier run left and is of no use. */
  readonly tell: Report
}

/** @throws EngineError `state-in-use`, `state-unusable`. */
export async function openAskedState(options: AskedStateOptions): Promise<AskedState> {
  const { topology, tell } = options
  const own = options.folder === undefined ? mkdtempSync(join(tmpdir(), 'millrace-state-')) : ''
  const copies = { folder: options.folder ?? own, askedBy: unusedName() }
  const local = await openCopies(copies, topology, (message) =>
    tell({ kind: 'local-state-dropped', message }),
  )
  const view = copyView(local)
  let hasFailed = false
  return {
    copies,
    view: { look: (partition, act) => (hasFailed ? undefined : view.look(partition, act)) },
    report: (event) => {
      // Workers go on without copies, which then stay as they are: they are no answer any more.
      if (event.kind === 'local-state-dropped' && event.slot === undefined) hasFailed = true
    },
    close: async () => {
      await local.close()
      if (own !== '') rmSync(own, { recursive: true })
    },
  }
}
