// What a run has come to when it ends: what the topology has counted on this log in its whole life,
// and whether its order follows from the inputs alone.
import type { Log } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { kindOf, RECORD } from '../../connectors/record-batch.ts'
import { readCommits } from '../../runtime/finish.ts'
import type { Layout } from '../../runtime/layout.ts'
import { type CountResults, countResults } from '../../runtime/results/count-results.ts'
import { readOrder, type RunOrder } from '../../runtime/results/order.ts'
import { writtenTopics } from '../../runtime/results/written-topics.ts'
import { deadLettersTopic } from '../../runtime/topic-names.ts'
import { count, speedText, stepTable, table, writtenTable } from '../counts-text.ts'

export interface RunSummary {
  readonly layout: Layout
  readonly log: string
  readonly counts: CountResults
  /** Records read by this run, and by those before it. */
  readonly records: number
  readonly before: number
  readonly order: RunOrder
  readonly deadLetters: number
  /** By local name; undefined where nobody asked for them. */
  readonly written: ReadonlyMap<string, Written> | undefined
  readonly elapsedMs: number
}

interface Written {
  readonly records: number
  readonly toString: () => string
}

export interface SummaryRequest {
  readonly layout: Layout
  readonly log: Log
  readonly before: number
  readonly digests: boolean
  readonly elapsedMs: number
}

/** Records read by all runs so far. */
export async function countRead(layout: Layout, log: Log): Promise<number> {
  const commits = await readCommits(layout, log)
  return total(countResults(layout.plan, commits.values()))
}

export async function summarize(request: SummaryRequest): Promise<RunSummary> {
  const { layout, log, before, digests, elapsedMs } = request
  const commits = await readCommits(layout, log)
  const counts = countResults(layout.plan, commits.values())
  const order = await readOrder(layout, log)
  const written = digests ? await readWritten(layout, log) : undefined
  return {
    layout,
    log: log.name,
    counts,
    records: total(counts) - before,
    before,
    order,
    deadLetters: await countLetters(layout, log),
    written,
    elapsedMs,
  }
}

/** By reading them: offsets count more than records on a log that keeps its transactions' ends. */
async function countLetters({ plan, partitions }: Layout, log: Log): Promise<number> {
  const topic = deadLettersTopic(plan.topology)
  const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  let letters = 0
  for (const bounds of await log.bounds(ids)) {
    for await (const { batch, from } of readPartition(log, bounds)) {
      for (let row = from; row < batch.count; row += 1)
        if (kindOf(batch, row) === RECORD) letters += 1
    }
  }
  return letters
}

async function readWritten(layout: Layout, log: Log): Promise<ReadonlyMap<string, Written>> {
  const written = new Map<string, Written>()
  for await (const { stream, digest } of writtenTopics(layout, log)) written.set(stream, digest)
  return written
}

function total({ inputs }: CountResults): number {
  return [...inputs.values()].reduce((sum, each) => sum + each, 0)
}

export function summaryText(summary: RunSummary): string {
  const { layout, log, counts, records, before, order, deadLetters, written } = summary
  const { plan } = layout
  const since = before > 0 ? [`${count(records + before)} on ${log} in all, counted here:`] : []
  const lines = [
    `${plan.topology}: ${speedText(records, summary.elapsedMs)}`,
    ...since,
    '',
    ...table([
      ['read', 'records', 'bad'],
      ...[...counts.inputs].map(([name, read]) => {
        return [name, count(read), count(counts.steps.get(name)?.fates.bad ?? 0)]
      }),
    ]),
    '',
    ...stepTable(
      plan.steps.map(({ id }) => id),
      counts.steps,
    ),
    '',
    ...(written === undefined ? [] : [...writtenTable(written), '']),
    ...(deadLetters === 0
      ? []
      : [`${count(deadLetters)} dead letters on ${deadLettersTopic(plan.topology)}`]),
    ...orderLines(order, layout),
    '',
  ]
  return lines.join('\n')
}

function orderLines(order: RunOrder, { plan }: Layout): readonly string[] {
  const { idleSkips, ends, overtakenEnds } = order
  const skips = `${count(idleSkips)} idle ${idleSkips === 1 ? 'skip' : 'skips'}`
  const over = overtakenEnds === 0 ? '' : `, ${count(overtakenEnds)} ends that came too early`
  const headline = isCanonical(order) ? 'order: canonical' : `order: recorded: ${skips}${over}`
  if (ends === 0) return [headline]
  const times = ends === 1 ? 'once' : `${count(ends)} times`
  return [
    headline,
    `--until-idle took an input as ended ${times}; ${plan.topology}.order keeps where, so that a ` +
      'replay of this log repeats it',
  ]
}

/** Whether a replay of the same inputs, each as a whole, gives the same. */
function isCanonical({ idleSkips, overtakenEnds }: RunOrder): boolean {
  return idleSkips === 0 && overtakenEnds === 0
}

export function summaryJson(summary: RunSummary): unknown {
  const { layout, log, counts, records, before, order, deadLetters, written } = summary
  const { topology, shapeHash, fullHash, steps } = layout.plan
  return {
    topology,
    shapeHash,
    fullHash,
    log,
    order: isCanonical(order) ? 'canonical' : 'recorded',
    ...order,
    records,
    recordsBefore: before,
    inputs: objectOf(
      [...counts.inputs].map(([name, read]) => {
        return [name, { records: read, bad: counts.steps.get(name)?.fates.bad ?? 0 }]
      }),
    ),
    steps: objectOf(
      steps.map(({ id }) => {
        const own = counts.steps.get(id)
        return [id, { ...own, held: objectOf([...(own?.held ?? [])].toSorted()) }]
      }),
    ),
    topics: objectOf(
      [...(written ?? [])].map(([name, digest]) => {
        return [name, { records: digest.records, digest: digest.toString() }]
      }),
    ),
    deadLetters,
    elapsedMs: Math.round(summary.elapsedMs),
  }
}

function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries)
}
