// What the engine's processor time is of a plain loop's in the same run, by workload and log: it
// depends little on the machine. Compares with bench/results/ratios.json, names what got slower,
// and fails then. Run: npm run bench:check; to take new ones: node bench/ratios.ts --write
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { table } from '../cli/counts-text.ts'
import type { LogAccess } from '../cli/log/log-access.ts'
import { USUAL_COMMIT } from '../runtime/defaults.ts'
import { presentTime } from '../runtime/pace.ts'
import { answerCase, isCase, runCase } from './measure/case-process.ts'
import { median } from './measure/spread.ts'
import { takenNow } from './measure/taken.ts'
import { compareRatios } from './report/compare-ratios.ts'
import type { RatioResults } from './report/results.ts'
import type { Workload } from './workload/by-hand.ts'
import { type HandFigure, loopByHand } from './workload/loop-by-hand.ts'
import { outputProblems } from './workload/output-problems.ts'
import { runWorkload, type WorkloadCase, type WorkloadFigure } from './workload/run-workload.ts'

type Given = WorkloadCase & { readonly isByHand: boolean }

const RESULTS = new URL('results/ratios.json', import.meta.url)
const RECORDS = 500_000
const REPEATS = 3
const FOLDER = join(tmpdir(), 'millrace-bench')
const MEMORY: LogAccess = { name: 'memory', address: { kind: 'memory' }, kafka: undefined }
const EMBEDDED: LogAccess = {
  name: `embedded:${FOLDER}`,
  address: { kind: 'embedded', folder: FOLDER },
  kafka: undefined,
}
const CASES: readonly (readonly [Workload, LogAccess])[] = [
  ['T0', MEMORY],
  ['T1', MEMORY],
  ['T2', MEMORY],
  ['T1', EMBEDDED],
  ['T2', EMBEDDED],
]

if (isCase()) {
  await answerCase<HandFigure | WorkloadFigure>((given: Given) =>
    given.isByHand ? loopByHand(given) : runWorkload(given),
  )
} else await checkAll()

async function checkAll(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
  const taken = takenNow(new Date(presentTime() / 1000).toISOString().slice(0, 10))
  const ratios: Record<string, number> = {}
  for (const [workload, access] of CASES) {
    const name = `${workload} on ${access.address.kind}, of a plain loop`
    ratios[name] = await ratioOf(workload, access)
    process.stderr.write(`${name}: ${ratios[name].toFixed(2)}\n`)
  }
  if (values.write) {
    const results: RatioResults = { taken, ratios }
    writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
    return
  }
  if (!existsSync(RESULTS)) throw new Error('no ratios are committed: node bench/ratios.ts --write')
  const committed = JSON.parse(readFileSync(RESULTS, 'utf8')) as RatioResults
  const { rows, slower } = compareRatios(ratios, committed.ratios)
  process.stdout.write(`${table(rows).join('\n')}\n`)
  for (const each of slower) process.stdout.write(`slower: ${each}\n`)
  if (slower.length > 0) process.exitCode = 1
}

async function ratioOf(workload: Workload, access: LogAccess): Promise<number> {
  const given: WorkloadCase = {
    ...{ workload, access, records: RECORDS, symbols: 16, partitions: 4, workers: 1 },
    ...{ commitMs: USUAL_COMMIT.everyMs, commitRecords: USUAL_COMMIT.records },
  }
  const ratios: number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const hand = await runCase<HandFigure>(import.meta.url, { ...given, isByHand: true })
    const own = await runCase<WorkloadFigure>(import.meta.url, { ...given, isByHand: false })
    const [problem] = outputProblems(own.outputs, hand.outputs)
    if (problem !== undefined) throw new Error(`the audit does not hold: ${workload}, ${problem}`)
    ratios.push((own.usage.cores * own.usage.seconds) / hand.cpuSeconds)
  }
  return median(ratios)
}
