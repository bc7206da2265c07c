// A process that runs T1 on an embedded log, with workers in threads, a source that is paced and
// the query API, as `millrace run --http` does. Tells where it serves, and when asked how much it
// has committed; ends when it is told to.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordedIo } from '../../cli/recorded-io.ts'
import { startCrew } from '../../cli/run/crew.ts'
import { openRunLogs } from '../../cli/run/run-logs.ts'
import { watchRun } from '../../cli/run/watched.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import type { RunEvent } from '../../runtime/report.ts'
import { planOf } from '../workload/run-workload.ts'
import { tickWalk } from '../workload/ticks.ts'
import { writeTopology } from '../workload/topologies.ts'

export interface SceneCase {
  /** Records a second. */
  readonly rate: number
  readonly symbols: number
  readonly workers: number
}

export type FromScene =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'committed'; readonly items: number; readonly atMs: number }

const PARTITIONS = 4
const TURN_MS = 10
const COMMIT = { everyMs: 50, records: 50_000 }

const tell = (message: FromScene): void => void process.send?.(message)

async function runScene({ rate, symbols, workers }: SceneCase, over: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const about = { workload: 'T1', name: 'bench-query', input: 'ticks', partitions: PARTITIONS }
  const file = writeTopology(folder, about)
  const address = { kind: 'embedded', folder: join(folder, 'log') } as const
  const logs = await openRunLogs({ address, name: 'bench', kafka: undefined }, workers)
  const layout = makeLayout(planOf(file))
  await prepareLog(layout, logs.log)
  const { log, on } = logs
  const watching = { layout, log, io: recordedIo(), http: undefined, state: undefined }
  const watched = await watchRun(watching, 0)
  const { copies, endpoint } = watched
  let items = 0
  const report = (event: RunEvent): void => {
    watched.report(event)
    if (event.kind === 'committed') items += event.items
  }
  const crew = await startCrew({
    ...{ layout, file, set: {}, on, commit: COMMIT, ends: undefined, report, copies, endpoint },
  })
  process.on('message', () => tell({ kind: 'committed', items, atMs: processPace.now() }))
  tell({ kind: 'serving', url: endpoint ?? '' })
  const topic = layout.plan.topics.get('ticks')
  if (topic === undefined) throw new Error('T1 reads ticks')
  const producer = await log.producer('bench')
  const feeder = createFeeder({ producer, topic, partitions: PARTITIONS })
  const next = tickWalk({ records: 0, symbols, partitions: PARTITIONS })
  const began = processPace.now()
  for (let sent = 0; !over.aborted;) {
    const due = Math.floor(((processPace.now() - began) * rate) / 1_000)
    const turn: InputItem[] = []
    for (; sent < due; sent += 1) {
      const value = next()
      const time = value['ts'] as number
      turn.push({ kind: 'record', value, time, available: time, place: '' })
    }
    await feeder.add(turn)
    await feeder.flush()
    await processPace.pause(TURN_MS)
  }
  await crew.stop()
  await watched.close()
  await logs.close()
  rmSync(folder, { recursive: true })
}

const over = new AbortController()
process.on('disconnect', () => over.abort())
await runScene(JSON.parse(process.argv[2] ?? '') as SceneCase, over.signal)
