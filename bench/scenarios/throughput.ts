// t0, t1, t2: the workloads of bench/peers/kafka-streams on the log of the user's choice, exactly
// once, beside the same in a plain loop. Claim: every output is the loop's, bit for bit; embedded
// T2 takes 1,000,000 records a second and core.
import type { BenchRequest } from '../../cli/bench/request.ts'
import { count as counted, table } from '../../cli/counts-text.ts'
import { USUAL_COMMIT } from '../../runtime/defaults.ts'
import { answerCase, isCase, runCase } from '../measure/case-process.ts'
import { median, numberText, spreadOf, spreadText } from '../measure/spread.ts'
import { runScenario, showFigures } from '../measure/take-request.ts'
import { limitText } from '../measure/usage.ts'
import type { Workload } from '../workload/by-hand.ts'
import { type HandFigure, loopByHand } from '../workload/loop-by-hand.ts'
import { outputProblems } from '../workload/output-problems.ts'
import { runWorkload, type WorkloadCase, type WorkloadFigure } from '../workload/run-workload.ts'

type Given = WorkloadCase & { readonly isByHand: boolean }

const RECORDS = 1_000_000
const REPEATS = 3
/** Of fewer runs nobody can tell how they spread. */
const ENOUGH = 3
const AUDIT = 'each output is what the plain loop gives, bit for bit'

if (isCase()) {
  await answerCase<HandFigure | WorkloadFigure>((given: Given) =>
    given.isByHand ? loopByHand(given) : runWorkload(given),
  )
} else await runScenario(report)

async function report(request: BenchRequest): Promise<void> {
  const given: WorkloadCase = {
    workload: request.scenario.toUpperCase() as Workload,
    access: request.access,
    records: request.records ?? RECORDS,
    symbols: request.symbols ?? 16,
    partitions: request.partitions ?? 4,
    workers: request.workers ?? 1,
    commitMs: request.commitMs ?? USUAL_COMMIT.everyMs,
    commitRecords: USUAL_COMMIT.records,
  }
  const [engine, byHand]: [WorkloadFigure[], HandFigure[]] = [[], []]
  const repeats = request.repeats ?? REPEATS
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    byHand.push(await runCase<HandFigure>(import.meta.url, { ...given, isByHand: true }))
    engine.push(await runCase<WorkloadFigure>(import.meta.url, { ...given, isByHand: false }))
  }
  const expected = byHand[0]?.outputs ?? new Map<string, never>()
  const problems = engine.flatMap(({ outputs }) => outputProblems(outputs, expected))
  const figures = figuresOf(given, engine, byHand)
  const text = textOf(given, figures, engine)
  showFigures(request, { figures, text, problems, audit: AUDIT })
}

type Figures = ReturnType<typeof figuresOf>

function figuresOf(
  { workload, access, records, ...given }: WorkloadCase,
  engine: readonly WorkloadFigure[],
  byHand: readonly HandFigure[],
) {
  const perMillion = ({ usage }: WorkloadFigure): number =>
    (usage.cores * usage.seconds * 1e6) / records
  const broker = engine.flatMap(({ usage: { machine, seconds } }) =>
    machine?.broker === undefined ? [] : [(machine.broker * seconds * 1e6) / records],
  )
  const cpu = spreadOf(engine.map(perMillion))
  const hand = spreadOf(byHand.map((each) => (each.cpuSeconds * 1e6) / records))
  return {
    ...{ scenario: workload.toLowerCase(), log: access.address.kind, records },
    ...{ symbols: given.symbols, partitions: given.partitions },
    ...{ workers: given.workers, commitMs: given.commitMs, runs: engine.length },
    recordsPerSecond: spreadOf(engine.map(({ usage }) => records / usage.seconds)),
    cpuPerMillion: cpu,
    brokerCpuPerMillion: broker.length === 0 ? null : spreadOf(broker),
    byHandCpuPerMillion: hand,
    ofByHand: cpu.median / hand.median,
    coresUsedByOthers: spreadOf(engine.map(({ usage }) => usage.machine?.others ?? NaN)),
    megabytes: Math.max(...engine.map(({ megabytes }) => megabytes)),
    commits: median(engine.map(({ commits }) => commits)),
    outputs: Object.fromEntries(
      [...(engine[0]?.outputs ?? [])].map(([name, output]) => [name, output.records]),
    ),
  }
}

function textOf(given: WorkloadCase, figures: Figures, engine: readonly WorkloadFigure[]): string {
  const { workers, access } = given
  const outputs = Object.entries(figures.outputs).map(([name, own]) => `${counted(own)} ${name}`)
  const broker = figures.brokerCpuPerMillion
  const head = `${given.workload} on ${access.address.kind}: ${counted(given.records)} records of `
  const what = `${counted(given.symbols)} symbols, ${given.partitions} partitions`
  const rows = [
    ['', figures.runs > 1 ? 'least / median / most' : 'one run'],
    ['records a second', spreadText(figures.recordsPerSecond, 0)],
    ['CPU seconds per million records', spreadText(figures.cpuPerMillion)],
    ...(broker === null ? [] : [['  of the broker', spreadText(broker)]]),
    ['  of the same in a plain loop', spreadText(figures.byHandCpuPerMillion)],
    ['  ours of the loop', `${figures.ofByHand.toFixed(2)} times`],
    ['cores used by others', spreadText(figures.coresUsedByOthers)],
    ['memory beside files, peak', `${numberText(figures.megabytes, 0)} MB`],
    ['commits', counted(figures.commits)],
  ]
  const slowest = engine.toSorted((a, b) => b.usage.seconds - a.usage.seconds)[0]
  // The workers of a memory log share a thread; one for each partition at most.
  const canGrow = access.address.kind !== 'memory' && workers < given.partitions
  const threads = access.address.kind === 'memory' ? 1 : workers
  return [
    `${head}${what}, exactly once, ${workers === 1 ? 'one worker' : `${workers} workers`}`,
    ...table(rows),
    `committed: ${outputs.join(', ')}`,
    ...(slowest === undefined ? [] : [limitText(slowest.usage, { threads, canGrow })]),
    ...(figures.runs < ENOUGH ? ['few runs say little: --repeats 3 or more'] : []),
  ].join('\n')
}
