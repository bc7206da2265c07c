// One cell of the table: the story is run by worker processes through a proxy that does one thing
// wrong, and audited.
import { rmSync } from 'node:fs'
import { audit, type Audited } from '../story/audit.ts'
import { CommitWatch } from '../story/commit-watch.ts'
import { Feed } from '../story/feed.ts'
import { patiently } from '../story/patiently.ts'
import { openStoryLog, type Servers, type Story, writeStory } from '../story/story.ts'
import { WorkerProcess } from '../story/worker-process.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { type Fault, faultText, type Rpc } from './fault.ts'
import { type FaultProxy, startProxy } from './proxy.ts'

export interface CellOptions {
  readonly fault: Fault
  /** Of the history. */
  readonly seed: number
  readonly slices: number
  readonly workers: number
  readonly servers: Servers
  /** For its files; kept where it fails. */
  readonly folder: string
  /** Of the topology. */
  readonly name: string
}

export interface Cell extends Audited {
  /** What the proxy did. */
  readonly done: readonly string[]
  readonly seen: ReadonlyMap<Rpc, number>
}

const RUN_WITHIN_MS = 300_000

/** @throws with what is wrong, what the proxy did, and where the workers' words are. */
export async function runCell(options: CellOptions): Promise<Cell> {
  const { fault, servers, folder } = options
  const story = writeStory(options)
  const proxy = await startProxy(Number(servers.bootstrap.split(':')[1]), [fault])
  try {
    const audited = await play(story, proxy, options)
    rmSync(folder, { recursive: true, force: true })
    return { ...audited, done: proxy.done, seen: proxy.seen }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const text = [
      `${faultText(fault)}, seed ${options.seed}: ${why}`,
      ...proxy.done,
      `requests: ${[...proxy.seen].map(([rpc, count]) => `${rpc} ${count}`).join(', ')}`,
      `what the workers said is in ${folder}`,
    ]
    throw new Error(text.join('\n'), { cause: error })
  } finally {
    await proxy.close()
  }
}

async function play(story: Story, proxy: FaultProxy, options: CellOptions): Promise<Audited> {
  const { fault, workers, servers } = options
  const log = await openStoryLog(servers)
  const running: WorkerProcess[] = []
  try {
    await patiently(() => prepareLog(story.layout, log))
    const feed = new Feed(story, log)
    await feed.rest()
    await feed.close()
    for (let number = 1; number <= workers; number += 1) {
      const bootstrap = proxy.address
      running.push(
        new WorkerProcess({ story, name: `worker-${number}`, bootstrap, untilIdle: true }),
      )
    }
    await Promise.all(running.map((worker) => worker.hasEnded(RUN_WITHIN_MS)))
    if (!proxy.fallen.has(fault)) throw new Error('the fault has not fallen')
    await proxy.settle()
    const watch = new CommitWatch(story.layout, log)
    const summary = running[0]?.output ?? ''
    const audited = await audit(story, { log, watch, summary })
    for (const { name } of story.layout.topics) await log.deleteTopic(name)
    return audited
  } finally {
    await Promise.all(running.map((worker) => worker.kill()))
    await log.close()
  }
}
