// operators: CPU nanoseconds that one more step costs for a record that passes it, RxJS, counts and
// delivery included: chains of many against one, on the memory log.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRequest } from '../../cli/bench/request.ts'
import { table } from '../../cli/counts-text.ts'
import { USUAL_COMMIT } from '../../runtime/defaults.ts'
import { answerCase, isCase, runCase } from '../measure/case-process.ts'
import { spreadOf, spreadText } from '../measure/spread.ts'
import { runScenario, showFigures } from '../measure/take-request.ts'
import { chainOf, KINDS } from '../topology/chain.ts'
import { runTopology, type TopologyCase, type TopologyFigure } from '../topology/run-topology.ts'

const RECORDS = 200_000
const REPEATS = 3
const SYMBOLS = 16
const RATE = 1_000
const STEPS = 20

if (isCase()) await answerCase(runTopology)
else await runScenario(report)

async function report(request: BenchRequest): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const { records = RECORDS, repeats = REPEATS } = request
  const run = (operator: string, steps: number): Promise<TopologyFigure> => {
    const file = join(folder, `${operator}.yaml`)
    writeFileSync(file, chainOf(operator, steps))
    const given: TopologyCase = {
      ...{ file, set: {}, workers: 1, commit: USUAL_COMMIT, input: [], rate: undefined },
      access: { name: 'memory', address: { kind: 'memory' }, kafka: undefined },
      synthetic: { records, keys: SYMBOLS, rate: RATE },
    }
    return runCase<TopologyFigure>(import.meta.url, given)
  }
  try {
    const figures = []
    const problems: string[] = []
    for (const operator of Object.keys(KINDS)) {
      const hops: number[] = []
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        const [one, many] = [await run(operator, 1), await run(operator, 1 + STEPS)]
        const [less, more] = [one, many].map(({ usage }) => usage.cores * usage.seconds * 1e9)
        hops.push(((more ?? 0) - (less ?? 0)) / STEPS / records)
        for (const { written } of [one, many]) {
          const got = written.out?.[0] ?? 0
          if (got !== records) problems.push(`"${operator}" passed ${got} of ${records} records`)
        }
      }
      figures.push({ operator, nanoseconds: spreadOf(hops) })
    }
    const rows = figures.map(({ operator, nanoseconds }) => {
      return [operator, spreadText(nanoseconds, 0)]
    })
    const text = table([['operator', 'ns a hop, least / median / most'], ...rows]).join('\n')
    showFigures(request, { figures, text, problems, audit: 'every record passed every step' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
