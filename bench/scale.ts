// How cost grows: CPU microseconds a record by how many records, keys, partitions and steps there
// are, and by how often is committed, on the embedded log. Writes bench/results/scale.json, from
// which docs/benchmarks.md has its charts. Run: node bench/scale.ts [--quick] [--out FILE]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LogAccess } from '../cli/log/log-access.ts'
import { USUAL_COMMIT } from '../runtime/defaults.ts'
import { presentTime } from '../runtime/pace.ts'
import { answerCase, isCase, runCase } from './measure/case-process.ts'
import { spreadOf } from './measure/spread.ts'
import { takenNow } from './measure/taken.ts'
import type { Usage } from './measure/usage.ts'
import type { ScaleFigure, ScaleResults } from './report/results.ts'
import { chainOf } from './topology/chain.ts'
import { runTopology, type TopologyCase, type TopologyFigure } from './topology/run-topology.ts'
import { runWorkload, type WorkloadCase, type WorkloadFigure } from './workload/run-workload.ts'

type Given =
  | { readonly kind: 'workload'; readonly given: WorkloadCase }
  | { readonly kind: 'topology'; readonly given: TopologyCase }

const REPEATS = 3
const RESULTS = new URL('results/scale.json', import.meta.url).pathname

if (isCase()) {
  await answerCase<WorkloadFigure | TopologyFigure>((each: Given) =>
    each.kind === 'workload' ? runWorkload(each.given) : runTopology(each.given),
  )
} else await measureAll()

async function measureAll(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string', default: RESULTS },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const { quick } = values
  // Taken before it begins: the load of the machine is that of others then.
  const taken = takenNow(new Date(presentTime() / 1000).toISOString().slice(0, 10))
  try {
    const usual = { records: quick ? 200_000 : 1_000_000, symbols: 16, partitions: 4 }
    const runs = [
      ...(quick ? [1e5, 1e6] : [1e5, 1e6, 1e7]).map((records) => {
        return workload('records', records, { ...usual, records })
      }),
      ...[16, 100, 1_000, 10_000, 100_000].map((symbols) => {
        return workload('keys', symbols, { ...usual, symbols })
      }),
      ...[1, 4, 16, 64].map((partitions) => {
        return workload('partitions', partitions, { ...usual, symbols: 256, partitions })
      }),
      ...[5, 20, 100, 1_000].map((commitMs) => workload('commit', commitMs, usual, commitMs)),
      ...[1, 10, 30, 100].map((steps) => chain(folder, steps, usual.records / 5)),
    ]
    const figures: ScaleFigure[] = []
    for (const { axis, at, records, given } of runs) {
      const usages: Usage[] = []
      let megabytes = 0
      for (let repeat = 0; repeat < (quick || records > 1e6 ? 1 : REPEATS); repeat += 1) {
        const figure = await runCase<WorkloadFigure | TopologyFigure>(import.meta.url, given)
        usages.push(figure.usage)
        megabytes = Math.max(megabytes, figure.megabytes)
      }
      const micros = usages.map(({ cores, seconds }) => (cores * seconds * 1e6) / records)
      const others = spreadOf(usages.map(({ machine }) => machine?.others ?? NaN))
      figures.push({ axis, at, records, micros: spreadOf(micros), megabytes, others })
      process.stderr.write(`${axis} ${at}: ${spreadOf(micros).median.toFixed(2)} us a record\n`)
    }
    const results: ScaleResults = { taken, figures }
    writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Run extends Pick<ScaleFigure, 'axis' | 'at' | 'records'> {
  readonly given: Given
}

function workload(
  axis: ScaleFigure['axis'],
  at: number,
  input: Pick<WorkloadCase, 'records' | 'symbols' | 'partitions'>,
  commitMs: number = USUAL_COMMIT.everyMs,
): Run {
  const about = { workload: 'T1', workers: 1, commitMs, access: embedded() } as const
  const given = { ...about, ...input, commitRecords: USUAL_COMMIT.records }
  return { axis, at, records: input.records, given: { kind: 'workload', given } }
}

function chain(folder: string, steps: number, records: number): Run {
  const file = join(folder, `${steps}.yaml`)
  writeFileSync(file, chainOf('filter', steps))
  const given: TopologyCase = {
    ...{ file, set: {}, access: embedded(), workers: 1, commit: USUAL_COMMIT },
    ...{ input: [], rate: undefined, synthetic: { records, keys: 16, rate: 1_000 } },
  }
  return { axis: 'steps', at: steps, records, given: { kind: 'topology', given } }
}

function embedded(): LogAccess {
  const folder = join(tmpdir(), 'millrace-bench')
  const name = `embedded:${folder}`
  return { name, address: { kind: 'embedded', folder }, kafka: undefined }
}
