// One measured run of the backtest on the engine: quotes are on the log before the clock starts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Log } from '../../connectors/connector.ts'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { operators } from '../../operators/index.ts'
import { USUAL_COMMIT, USUAL_FETCH, USUAL_STORE_BYTES } from '../../runtime/defaults.ts'
import { findEnds } from '../../runtime/ends.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { startWorker } from '../../runtime/worker.ts'
import { quoteValue, quoteWalk, SEED } from './quotes.ts'
import { backtestPlan, SYMBOL } from './run-reference.ts'

export interface EngineCase {
  readonly log: 'memory' | 'embedded'
  readonly quotes: number
}

export interface EngineFigures extends EngineCase {
  /** User and system time of the process, from start to the last commit. */
  readonly cpuMs: number
  readonly wallMs: number
  readonly commits: number
  /** The most that was resident and not of a file, while it ran. */
  readonly anonymousMb: number
  readonly signals: number
}

const BATCH = 10_000

export async function runCase({ log: kind, quotes }: EngineCase): Promise<EngineFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const log =
    kind === 'memory'
      ? createMemoryBroker().connect()
      : await openEmbeddedLog(folder, { mode: 'write' })
  try {
    return { log: kind, quotes, ...(await measure(log, quotes)) }
  } finally {
    await log.close()
    rmSync(folder, { recursive: true })
  }
}

async function measure(log: Log, quotes: number): Promise<Omit<EngineFigures, keyof EngineCase>> {
  const plan = backtestPlan()
  const layout = makeLayout(plan)
  await prepareLog(layout, log)
  await feedQuotes(log, quotes)
  const ends = await findEnds(plan, log)
  // What feeding left behind is not the engine's.
  globalThis.gc?.()
  let [commits, anonymousMb] = [0, 0]
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const worker = startWorker({
    layout,
    operators,
    log,
    pace: processPace,
    commit: USUAL_COMMIT,
    fetchRecords: USUAL_FETCH,
    ends,
    storeBytes: USUAL_STORE_BYTES,
    report: ({ kind }) => {
      if (kind !== 'committed') return
      commits += 1
      anonymousMb = Math.max(anonymousMb, residentMb())
    },
  })
  await worker.done
  const { user, system } = process.cpuUsage(cpu)
  const wallMs = performance.now() - began
  const [bounds] = await log.bounds([{ topic: 'trading.signals', partition: 0 }])
  const signals = await countSignals(log, bounds?.first ?? 0, bounds?.stable ?? 0)
  return { cpuMs: (user + system) / 1000, wallMs, commits, anonymousMb, signals }
}

async function feedQuotes(log: Log, quotes: number): Promise<void> {
  const topic = backtestPlan().topics.get('quotes')
  if (topic === undefined) throw new Error('the backtest reads quotes')
  const producer = await log.producer('bench')
  const feeder = createFeeder({ producer, topic, partitions: 1 })
  const next = quoteWalk(SEED)
  for (let fed = 0; fed < quotes; fed += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, quotes - fed) }, (): InputItem => {
      const quote = next()
      const time = quote.ms * 1000
      const value = quoteValue(quote, SYMBOL)
      return { kind: 'record', value, time, available: time, place: 'generated' }
    })
    await feeder.add(items)
  }
  await feeder.end(feeder.clock)
}

async function countSignals(log: Log, first: number, end: number): Promise<number> {
  let [count, offset] = [0, first]
  while (offset < end) {
    const positions = [{ topic: 'trading.signals', partition: 0, offset }]
    const [fetched] = await log.fetch(positions, { maxRecords: BATCH, waitMs: 0 })
    if (fetched === undefined || fetched.next === offset) break
    for (const { batch, from } of fetched.batches) count += batch.count - from
    offset = fetched.next
  }
  return count
}

/** Memory that belongs to no file: the embedded log's map is the page cache's. */
function residentMb(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Math.round(Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024)
}
