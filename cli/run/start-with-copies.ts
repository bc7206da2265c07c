// A worker with copies of its state on disk, where the command names a folder for them. The copies
// are closed when the worker has ended: what they hold is then whole.
import type { LocalState } from '../../runtime/state/local-state.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'

/** @throws EngineError `state-in-use`, `state-unusable`. */
export async function startWithCopies(
  folder: string | undefined,
  options: WorkerOptions,
): Promise<Worker> {
  if (folder === undefined) return startWorker(options)
  const local = await openCopies(folder, options)
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

async function openCopies(folder: string, { layout, report }: WorkerOptions): Promise<LocalState> {
  // LMDB is loaded by those who need it.
  const { openLocalState } = await import('../../runtime/state/local-state.ts')
  const { topology } = layout.plan
  const onDropped = (message: string): void => report({ kind: 'local-state-dropped', message })
  return openLocalState({ folder, topology, onDropped })
}
