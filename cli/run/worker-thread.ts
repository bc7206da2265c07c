// The entry of a worker thread: loads the topology again, opens the log with a handle of its own,
// and runs its share of the slots until it is told to stop or the run has ended.
import { parentPort, workerData } from 'node:worker_threads'
import type { Log } from '../../connectors/connector.ts'
import { operators } from '../../operators/index.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import type { Report } from '../../runtime/report.ts'
import type { Worker } from '../../runtime/worker.ts'
import { FileProblem, loadTopology } from '../load-topology.ts'
import { startWithCopies } from './start-with-copies.ts'
import { problemEvent } from './run-logs.ts'
import { type FromThread, packError, type ThreadTask } from './thread-message.ts'
import { usualOptions } from './worker-options.ts'

async function work(task: ThreadTask, onStarted: (worker: Worker) => void): Promise<void> {
  const { file, set, fullHash, commit, ends, copies, endpoint } = task
  const { plan } = loadTopology(file, { set })
  if (plan?.fullHash !== fullHash) {
    throw new FileProblem(`${file} has changed since this began; start again`)
  }
  const report = (event: object): void => tell({ kind: 'event', event } as FromThread)
  const log = await openOwnLog(task, report)
  try {
    const layout = makeLayout(plan)
    await prepareLog(layout, log)
    const own = { layout, operators, log, commit, ends, report, endpoint }
    const worker = await startWithCopies(copies, { ...usualOptions, ...own })
    onStarted(worker)
    await worker.done
  } finally {
    await log.close()
  }
}

async function openOwnLog({ log, share }: ThreadTask, report: Report): Promise<Log> {
  if ('kafka' in log) {
    const { openKafkaLog } = await import('../../connectors/kafka/kafka-log.ts')
    return openKafkaLog(log.kafka, (problem) => report(problemEvent(problem)))
  }
  const { openEmbeddedLog } = await import('../../connectors/embedded/embedded-log.ts')
  return openEmbeddedLog(log.folder, { mode: 'write', share })
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message)
}

let running: Worker | undefined
let isStopping = false
const stop = (): void => {
  isStopping = true
  // What it rejects with, `done` rejects with too, and is told below.
  if (running !== undefined) void Promise.allSettled([running.stop()])
}
parentPort?.on('message', stop)
try {
  await work(workerData as ThreadTask, (worker) => {
    running = worker
    if (isStopping) stop()
  })
} catch (error) {
  tell({ kind: 'failed', error: packError(error) })
} finally {
  parentPort?.off('message', stop)
}
