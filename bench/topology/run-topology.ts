// One measured run of any topology over history in memory: flat out from a log that holds it all,
// or at a rate, when a record is late by how long after it was due it was committed.
import { loadTopology } from '../../cli/load-topology.ts'
import type { LogAccess } from '../../cli/log/log-access.ts'
import { startCrew } from '../../cli/run/crew.ts'
import { openRunLogs, type RunLogs } from '../../cli/run/run-logs.ts'
import { readHistories } from '../../cli/verify/histories.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { findEnds, readInputs } from '../../runtime/ends.ts'
import { readCommits } from '../../runtime/finish.ts'
import { type Layout, makeLayout } from '../../runtime/layout.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { countResults } from '../../runtime/results/count-results.ts'
import { writtenTopics } from '../../runtime/results/written-topics.ts'
import { feedInputs } from '../../runtime/run-history.ts'
import type { Plan } from '../../topology/plan.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { brokerProcess } from '../measure/broker-process.ts'
import { type Usage, watchUsage } from '../measure/usage.ts'
import { anonymousMegabytes, ownPart } from '../workload/run-workload.ts'
import { type Lateness, runAtRate } from './at-rate.ts'
import { type Synthetic, syntheticItems } from './synthetic.ts'

export interface TopologyCase {
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly access: LogAccess
  readonly workers: number
  readonly commit: { readonly everyMs: number; readonly records: number }
  /** As `--input` says; empty: records are made up. */
  readonly input: readonly string[]
  readonly synthetic: Synthetic
  /** Records a second of the wall clock; undefined: flat out. */
  readonly rate: number | undefined
}

export interface TopologyFigure {
  readonly usage: Usage
  readonly records: number
  readonly commits: number
  readonly megabytes: number
  readonly lateness: Lateness | undefined
  /** By input topic: those fed and those that tasks have counted. */
  readonly read: Readonly<Record<string, readonly [fed: number, read: number]>>
  /** By written topic: records and digest. */
  readonly written: Readonly<Record<string, readonly [records: number, digest: string]>>
}

export type Histories = ReadonlyMap<string, readonly InputItem[]>

export async function runTopology(given: TopologyCase): Promise<TopologyFigure> {
  const plan = planFor(given)
  const histories = await historiesOf(plan, given)
  const { access, release } = ownPart(given.access)
  const logs = await openRunLogs(access, given.workers)
  try {
    return await measure({ ...given, access }, plan, histories, logs)
  } finally {
    await logs.close()
    release()
  }
}

export function planFor({ file, set }: Pick<TopologyCase, 'file' | 'set'>): Plan {
  const { plan, diagnostics } = loadTopology(file, { set })
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

export async function historiesOf(
  plan: Plan,
  { input, synthetic }: Pick<TopologyCase, 'input' | 'synthetic'>,
): Promise<Histories> {
  if (input.length > 0) return readHistories(plan, input)
  const topics = readInputs(plan)
  const records = Math.ceil(synthetic.records / topics.length)
  const rate = synthetic.rate / topics.length
  return new Map(
    topics.map((topic) => [topic.name, syntheticItems(topic, { ...synthetic, records, rate })]),
  )
}

async function measure(
  given: TopologyCase,
  plan: Plan,
  histories: Histories,
  { log, on }: RunLogs,
): Promise<TopologyFigure> {
  const layout = makeLayout(plan)
  await prepareLog(layout, log)
  const { file, set, commit, access, rate } = given
  let [commits, megabytes] = [0, 0]
  const crewOf = { layout, file, set, on, commit }
  const onCommit = (): void => {
    commits += 1
    megabytes = Math.max(megabytes, anonymousMegabytes())
  }
  let usage: () => Usage
  let lateness: Lateness | undefined
  if (rate === undefined) {
    await feedInputs(plan, log, histories)
    const ends = await findEnds(plan, log)
    globalThis.gc?.()
    usage = watchUsage(brokerProcess(access))
    const report = ({ kind }: { readonly kind: string }): void => {
      if (kind === 'committed') onCommit()
    }
    await (
      await startCrew({ ...crewOf, ends, report })
    ).done
  } else {
    usage = watchUsage(brokerProcess(access))
    lateness = await runAtRate({ crewOf, plan, log, histories, rate, onCommit })
  }
  const used = usage()
  const read = await readCounts(layout, log, histories)
  const records = Object.values(read).reduce((sum, [fed]) => sum + fed, 0)
  const written: Record<string, readonly [number, string]> = {}
  for await (const { stream, digest } of writtenTopics(layout, log)) {
    written[stream] = [digest.records, digest.toString()]
  }
  return { usage: used, records, commits, megabytes, lateness, read, written }
}

async function readCounts(
  layout: Layout,
  log: RunLogs['log'],
  histories: Histories,
): Promise<TopologyFigure['read']> {
  const { inputs } = countResults(layout.plan, (await readCommits(layout, log)).values())
  const fed = (name: string): number =>
    (histories.get(name) ?? []).filter(({ kind }) => kind !== 'heartbeat').length
  return Object.fromEntries(
    readInputs(layout.plan).map(({ name }) => [name, [fed(name), inputs.get(name) ?? 0]]),
  )
}
