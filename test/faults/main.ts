// `node test/faults/main.ts --seed 1`: runs the whole table of faults on a broker of its own, and
// prints it. `--rpc EndTxn` runs one row of it. Part of `npm run test:soak`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { table } from '../../cli/counts-text.ts'
import { processPace } from '../../runtime/pace.ts'
import { startKafka, startRegistry } from '../servers/start-server.ts'
import { inTurns } from './at-once.ts'
import { runCell } from './cell.ts'
import { type PlannedCell, planTable, rows, ways } from './table.ts'

const SLICES = 360
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rpc: { type: 'string' },
    slices: { type: 'string', default: String(SLICES) },
    together: { type: 'string', default: '2' },
  },
})
const seed = Number(values.seed)
const cells = planTable(seed).filter(({ fault }) => fault.rpc === (values.rpc ?? fault.rpc))
const [broker, registry] = await Promise.all([startKafka(), startRegistry()])
const servers = { bootstrap: broker.bootstrap, registry: registry.url }
const place = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
const turn = inTurns(Number(values.together))
const results = new Map<PlannedCell, string>()
const failures: string[] = []

async function run(cell: PlannedCell, index: number): Promise<void> {
  const { now } = processPace
  const began = now()
  const about = { fault: cell.fault, seed, slices: Number(values.slices), workers: 2, servers }
  const name = `cell-${index}`
  try {
    const { records } = await runCell({ ...about, folder: join(place, name), name })
    results.set(cell, `${records} right, ${Math.round((now() - began) / 1000)} s`)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
    results.set(cell, 'FAILED')
  }
  const { title } = cell.way
  process.stdout.write(`${cell.fault.rpc}, ${title}: ${results.get(cell) ?? ''}\n`)
}

try {
  await Promise.all(cells.map((cell, index) => turn(() => run(cell, index))))
} finally {
  await Promise.all([broker.stop(), registry.stop()])
}
const lines = rows.flatMap(({ rpc }) => {
  const own = cells.filter(({ fault }) => fault.rpc === rpc)
  return own.length === 0 ? [] : [[rpc, ...own.map((cell) => results.get(cell) ?? '')]]
})
process.stdout.write(`${table([['', ...ways.map(({ title }) => title)], ...lines]).join('\n')}\n`)
for (const failure of failures) process.stdout.write(`\n${failure}\n`)
const again = `node test/faults/main.ts --seed ${seed}`
process.stdout.write(`${cells.length} cells, ${failures.length} failed; again with: ${again}\n`)
if (failures.length === 0) rmSync(place, { recursive: true, force: true })
process.exitCode = failures.length === 0 ? 0 : 1
