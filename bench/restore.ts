// Claim: a slot restores 500,000 small entries a second and core from the changelog of a log
// without tables. Beside it: what a local copy costs to build, and how long a restart with one
// takes. Run: node bench/restore.ts [--entries N] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchBuilder } from '../connectors/batch-builder.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { RECORD } from '../connectors/record-batch.ts'
import { type Changelog, openChangelog } from '../runtime/state/changelog.ts'
import { openLocalState } from '../runtime/state/local-state.ts'

const ENTRIES = 2_000_000
const ROWS_OF_BATCH = 5_000
const VALUE = Buffer.alloc(24, 7)
const MICROS = 1_000_000
const ID = { topic: 't.state', partition: 0 }
const ROUNDS = 3

interface Figure {
  readonly what: string
  readonly entries: number
  readonly perCpuSecond: number
  readonly ms: number
  readonly megabytes: number
}

const args = process.argv.slice(2)
const entries = Number(args[args.indexOf('--entries') + 1]) || ENTRIES
const log = createMemoryBroker({ compactAfter: 1e9 }).connect()
const folder = mkdtempSync(join(tmpdir(), 'millrace-restore-'))
try {
  const figures = await measure()
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(figures)}\n` : table(figures))
} finally {
  rmSync(folder, { recursive: true })
}

async function measure(): Promise<readonly Figure[]> {
  await log.createTopics([{ name: ID.topic, partitions: 1, keeps: 'latest' }])
  const end = await fill()
  const figures: Figure[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.push(await timed('from the log into memory', entries, () => open(undefined)))
  }
  const local = openLocalState({ folder, topology: 't', onDropped: () => undefined })
  const built = await timed('from the log into a local copy', entries, () => open(local.copyOf(0)))
  figures.push(built)
  const again = { id: 'bench', stateEnd: end, values: 0, deletions: 0 }
  figures.push(
    await timed('from a local copy', entries, async () => {
      const changelog = await open(local.copyOf(0), again)
      if (!changelog.isFromCopy) throw new Error('the local copy was not used')
      return changelog
    }),
  )
  await local.close()
  return figures
}

async function fill(): Promise<number> {
  const producer = await log.producer('bench')
  let end = 0
  for (let from = 0; from < entries; from += ROWS_OF_BATCH) {
    const builder = new BatchBuilder()
    for (let n = from; n < Math.min(entries, from + ROWS_OF_BATCH); n += 1) {
      // Spread over the keys, as a state's entries are.
      const key = (n * 2_654_435_761) % entries
      builder.add(RECORD, `entry/0123456789abcdef/total/K${key}`, VALUE, NaN, NaN)
    }
    const ends = await producer.transact({ appends: [{ ...ID, batch: builder.take() }], puts: [] })
    end = ends[0] ?? NaN
  }
  return end
}

async function open(
  copy: Parameters<typeof openChangelog>[0]['copy'],
  last?: Parameters<typeof openChangelog>[0]['last'],
): Promise<Changelog> {
  const changelog = await openChangelog({
    log,
    id: ID,
    last,
    newId: () => 'bench',
    copy,
    onDropped: (why) => {
      throw new Error(why)
    },
    onRead: () => undefined,
  })
  changelog.settle()
  return changelog
}

async function timed(what: string, count: number, act: () => Promise<Changelog>): Promise<Figure> {
  const [cpu, began, memory] = [process.cpuUsage(), performance.now(), process.memoryUsage()]
  const changelog = await act()
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  const after = process.memoryUsage()
  const bytes = after.heapUsed + after.external - memory.heapUsed - memory.external
  if (changelog.entries.read('entry/0123456789abcdef/total/K1') === undefined) {
    throw new Error('an entry is missing')
  }
  const perCpuSecond = Math.round((count * MICROS) / (user + system))
  return { what, entries: count, perCpuSecond, ms: Math.round(ms), megabytes: bytes >> 20 }
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, entries: count, perCpuSecond, ms, megabytes }) => {
    return [what, count, perCpuSecond.toLocaleString('en'), ms, megabytes].join(' | ')
  })
  return `${['restore | entries | entries per CPU second | ms | MB', ...rows].join('\n')}\n`
}
