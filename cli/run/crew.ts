// The workers of one process: in this thread, each with its own connection to the log, or in
// threads of their own that open it for themselves. The first that fails stops the others.
import { Worker as Thread } from 'node:worker_threads'
import type { Log } from '../../connectors/connector.ts'
import { operators } from '../../operators/index.ts'
import type { Ends } from '../../runtime/ends.ts'
import type { Layout } from '../../runtime/layout.ts'
import type { Report } from '../../runtime/report.ts'
import type { CommitPace } from '../../runtime/slot/options.ts'
import type { Worker } from '../../runtime/worker.ts'
import { type Copies, startWithCopies } from './start-with-copies.ts'
import {
  type FromThread,
  STOP,
  type ThreadLog,
  type ThreadTask,
  unpackError,
} from './thread-message.ts'
import { usualOptions } from './worker-options.ts'

export interface CrewOptions {
  readonly layout: Layout
  /** Where threads read the topology again. */
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  /** One for each worker of this thread, or what each of so many threads opens. */
  readonly on: readonly Log[] | { readonly threads: number; readonly own: ThreadLog }
  readonly commit: CommitPace
  readonly ends: Ends | undefined
  readonly report: Report
  /** Copies of state that are kept; undefined: none are. */
  readonly copies?: Copies | undefined
  /** Where this process answers queries; undefined: nowhere. */
  readonly endpoint?: string | undefined
}

/** Starts the workers; together they are one. */
export async function startCrew(options: CrewOptions): Promise<Worker> {
  const members = await startMembers(options)
  let failure: { readonly error: unknown } | undefined
  // What a member rejects with is taken from its `done`.
  const stopAll = (): void => void Promise.allSettled(members.map((member) => member.stop()))
  const ended = members.map((member) =>
    member.done.catch((error: unknown) => {
      failure ??= { error }
      stopAll()
    }),
  )
  const done = Promise.all(ended).then(() => {
    if (failure !== undefined) throw failure.error
  })
  return {
    done,
    stop: async () => {
      stopAll()
      await done
    },
  }
}

async function startMembers(options: CrewOptions): Promise<readonly Worker[]> {
  const { on, layout, commit, ends, report, copies, endpoint } = options
  if ('threads' in on) {
    return Array.from({ length: on.threads }, (_, worker) =>
      startThread(options, { log: on.own, share: { worker, workers: on.threads } }),
    )
  }
  const own = { ...usualOptions, layout, operators, commit, ends, report, endpoint }
  return Promise.all(on.map((log) => startWithCopies(copies, { ...own, log })))
}

function startThread(
  { file, set, layout, commit, ends, report, copies, endpoint }: CrewOptions,
  own: Pick<ThreadTask, 'log' | 'share'>,
): Worker {
  const { fullHash } = layout.plan
  const task: ThreadTask = { file, set, fullHash, ...own, commit, ends, copies, endpoint }
  const entry = new URL('./worker-thread.ts', import.meta.url)
  const thread = new Thread(entry, { workerData: task, execArgv: [] })
  let failure: Error | undefined
  const done = new Promise<void>((resolve, reject) => {
    thread.on('message', (message: FromThread) => {
      if (message.kind === 'event') report(message.event)
      else failure = unpackError(message.error)
    })
    thread.on('error', reject)
    thread.on('exit', (code) => {
      if (code !== 0) failure ??= new Error(`worker ${own.share.worker} ended with ${code}`)
      if (failure === undefined) resolve()
      else reject(failure)
    })
  })
  return {
    done,
    stop: async () => {
      thread.postMessage(STOP)
      await done
    },
  }
}
