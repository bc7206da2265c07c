// One measured run of a workload on a log: ticks are there before the clock starts, workers take
// them to their end exactly once, and what is committed is counted.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTopology } from '../../cli/load-topology.ts'
import type { LogAccess } from '../../cli/log/log-access.ts'
import { startCrew } from '../../cli/run/crew.ts'
import { openRunLogs } from '../../cli/run/run-logs.ts'
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { findEnds } from '../../runtime/ends.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { unusedName } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import type { Plan } from '../../topology/plan.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { brokerProcess } from '../measure/broker-process.ts'
import { type Usage, watchUsage } from '../measure/usage.ts'
import { count, type Output, type Workload } from './by-hand.ts'
import { type TickInput, tickWalk } from './ticks.ts'
import { writeTopology } from './topologies.ts'

export interface WorkloadCase extends TickInput {
  readonly workload: Workload
  readonly access: LogAccess
  readonly workers: number
  readonly commitMs: number
  readonly commitRecords: number
}

export interface WorkloadFigure {
  readonly usage: Usage
  readonly commits: number
  /** The most that was resident and belongs to no file. */
  readonly megabytes: number
  /** By the topic's name in the workload. */
  readonly outputs: ReadonlyMap<string, Output>
}

const BATCH = 10_000

export async function runWorkload(given: WorkloadCase): Promise<WorkloadFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const { access, release } = ownPart(given.access)
  try {
    return await onFolder({ ...given, access }, folder)
  } finally {
    release()
    rmSync(folder, { recursive: true })
  }
}

/** A folder of its own in that of an embedded log: what is there is not touched. */
export function ownPart(access: LogAccess): { access: LogAccess; release: () => void } {
  if (access.address.kind !== 'embedded') return { access, release: () => undefined }
  const parent = access.address.folder
  const isNew = !existsSync(parent)
  if (isNew) mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'bench-'))
  const address = { kind: 'embedded', folder } as const
  const release = (): void => rmSync(isNew ? parent : folder, { recursive: true })
  return { access: { ...access, address }, release }
}

async function onFolder(given: WorkloadCase, folder: string): Promise<WorkloadFigure> {
  const { workload, access, workers, partitions } = given
  const name = `bench-${workload.toLowerCase()}-${unusedName()}`
  const input = `ticks-${name}`
  const file = writeTopology(folder, { workload, name, input, partitions })
  const plan = planOf(file)
  const logs = await openRunLogs(access, workers)
  try {
    return await measure(given, { plan, file, log: logs.log, on: logs.on })
  } finally {
    if (access.address.kind === 'kafka') await deleteTopics(logs.log, name)
    await logs.close()
  }
}

interface Ready {
  readonly plan: Plan
  readonly file: string
  readonly log: Log
  readonly on: Parameters<typeof startCrew>[0]['on']
}

async function measure(given: WorkloadCase, ready: Ready): Promise<WorkloadFigure> {
  const { plan, file, log, on } = ready
  const layout = makeLayout(plan)
  await prepareLog(layout, log)
  await load(log, plan, given)
  const ends = await findEnds(plan, log)
  // What loading left behind is not the engine's.
  globalThis.gc?.()
  let [commits, megabytes] = [0, 0]
  const usage = watchUsage(brokerProcess(given.access))
  const commit = { everyMs: given.commitMs, records: given.commitRecords }
  const crew = await startCrew({
    ...{ layout, file, set: {}, on, commit, ends },
    report: ({ kind }) => {
      if (kind !== 'committed') return
      commits += 1
      megabytes = Math.max(megabytes, anonymousMegabytes())
    },
  })
  await crew.done
  const used = usage()
  return { usage: used, commits, megabytes, outputs: await readOutputs(log, plan) }
}

async function load(log: Log, plan: Plan, input: TickInput): Promise<void> {
  const topic = plan.topics.get('ticks')
  if (topic === undefined) throw new Error('a workload reads ticks')
  const producer = await log.producer(`feed.${topic.topic}`)
  const feeder = createFeeder({ producer, topic, partitions: input.partitions })
  const next = tickWalk(input)
  for (let fed = 0; fed < input.records; fed += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, input.records - fed) }, (): InputItem => {
      const value = next()
      const time = value.ts as number
      return { kind: 'record', value, time, available: time, place: '' }
    })
    await feeder.add(items)
  }
  await feeder.end(feeder.clock)
  await producer.close()
}

async function readOutputs(log: Log, plan: Plan): Promise<ReadonlyMap<string, Output>> {
  const outputs = new Map<string, Output>()
  for (const { name, topic, partitions, isInput } of plan.topics.values()) {
    if (isInput) continue
    const output = { records: 0, checksum: 0n }
    for await (const { value } of committedRows(log, topic, partitions)) {
      if (value !== null) count(output, value)
    }
    outputs.set(name, output)
  }
  return outputs
}

export function planOf(file: string): Plan {
  const { plan, diagnostics } = loadTopology(file)
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

export async function deleteTopics(log: Log, name: string): Promise<void> {
  for (const topic of (await log.topics()).keys()) {
    if (topic.includes(name)) await log.deleteTopic(topic)
  }
}

/** Memory that belongs to no file: the embedded log's map is the page cache's. */
export function anonymousMegabytes(): number {
  if (!existsSync('/proc/self/status')) return process.memoryUsage().rss / 2 ** 20
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}
