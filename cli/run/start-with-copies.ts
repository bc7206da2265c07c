// A worker with copies of its state on disk, where the command names a folder for them, or where
// queries read them. The copies are closed when the worker has ended: what they hold is then whole.
import type { LocalState } from '../../runtime/state/local-state.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'

export interface Copies {
  readonly folder: string
  /** The name of the run whose queries read them; undefined: nobody asks. */
  readonly askedBy?: string
}

/** @throws EngineError `state-in-use`, `state-unusable`. */
export async function startWithCopies(
  copies: Copies | undefined,
  options: WorkerOptions,
): Promise<Worker> {
  if (copies === undefined) return startWorker(options)
  const { layout, report } = options
  const local = await openCopies(copies, layout.plan.topology, (message) =>
    report({ kind: 'local-state-dropped', message }),
  )
  const worker = startWorker({ ...options, local })
  const done = worker.done.finally(() => local.close())
  return {
    done,
    stop: async () => {
      // What it rejects with, `done` rejects with too.
      await Promise.allSettled([worker.stop()])
      await done
    },
  }
}

/** @throws EngineError `state-in-use`, `state-unusable`. */
export async function openCopies(
  copies: Copies,
  topology: string,
  onDropped: (message: string) => void,
): Promise<LocalState> {
  // LMDB is loaded by those who need it.
  const { openLocalState } = await import('../../runtime/state/local-state.ts')
  return openLocalState({ ...copies, topology, onDropped })
}
