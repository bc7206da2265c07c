// One measured run of the backtest on the engine: quotes are on the log before the clock starts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
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
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { startWorker } from '../../runtime/worker.ts'
import { createCodec } from '../../schemas/codec.ts'
import { expectedFills, fillsOf, type Signal } from './fills.ts'
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
/** What the peers ran on. */
const PEERS_QUOTES = 1_000_000

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
  const signals = await readSignals(log)
  checkFills(signals, quotes)
  return { cpuMs: (user + system) / 1000, wallMs, commits, anonymousMb, signals: signals.length }
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

async function readSignals(log: Log): Promise<readonly Signal[]> {
  const topic = backtestPlan().topics.get('signals')
  if (topic === undefined) throw new Error('the backtest writes signals')
  const codec = createCodec(topic.schema)
  const signals: Signal[] = []
  for await (const { value, time } of committedRows(log, topic.topic, topic.partitions)) {
    if (value !== null) signals.push({ time, value: codec.decode(value) })
  }
  return signals
}

/** The audit: the fills that follow are the peers', as far as theirs go. */
function checkFills(signals: readonly Signal[], quotes: number): void {
  const expected = expectedFills()
  const fills = fillsOf(signals, Math.min(quotes, PEERS_QUOTES)).slice(0, expected.length)
  const isShort = quotes >= PEERS_QUOTES && fills.length < expected.length
  if (isShort || !isDeepStrictEqual(fills, expected.slice(0, fills.length))) {
    throw new Error("the audit does not hold: the fills are not the peers'")
  }
}

/** Memory that belongs to no file: the embedded log's map is the page cache's. */
function residentMb(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Math.round(Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024)
}
