// Figures of several runs as Markdown tables: minimum, median and maximum, and the ratios that the
// claims are about.
import { median, spreadOf, spreadText } from '../measure/spread.ts'
import type { IdleFigure } from './idle.ts'
import type { LatencyFigure } from './latency.ts'
import type { RestoreFigure } from './restore.ts'
import type { ThroughputFigure } from './throughput.ts'

/** `minimum / median / maximum`. */
function spread(values: readonly number[], digits = 2): string {
  return spreadText(spreadOf(values), digits)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function throughputTable(figures: readonly ThroughputFigure[]): string {
  const groups = Map.groupBy(
    figures,
    ({ workload, contender, threads }) => `${workload}, ${contender}, ${threads}`,
  )
  const rows = [...groups].map(([name, own]) => [
    name,
    String(own.length),
    spread(
      own.map((each) => each.recordsPerSecond),
      0,
    ),
    spread(own.map((each) => each.cpuPerMillion)),
    spread(own.map((each) => each.brokerCpuPerMillion)),
    spread(own.map((each) => each.coresUsedByOthers)),
  ])
  const head = ['workload, engine, threads', 'runs', 'records/s', 'CPU s per million']
  return table([...head, 'broker CPU s per million', 'cores used by others'], rows)
}

interface Claim {
  readonly what: string
  readonly ours: Of
  readonly theirs: Of
  readonly figure: 'recordsPerSecond' | 'cpuPerMillion'
  readonly goal: string
}

type Of = Pick<ThroughputFigure, 'workload' | 'contender' | 'threads'>

function claims(): readonly Claim[] {
  const of = (workload: Of['workload'], contender: Of['contender'], threads: number): Of => ({
    workload,
    contender,
    threads,
  })
  const cpu = 'cpuPerMillion'
  const all: Claim[] = []
  for (const workload of ['T0', 'T1', 'T2'] as const) {
    for (const threads of [1, 2]) {
      const pair = {
        ours: of(workload, 'millrace', threads),
        theirs: of(workload, 'kafka-streams', threads),
      }
      const what = `${workload}, ${threads}, of Kafka Streams'`
      const goal = workload === 'T0' ? '' : '<= 0.67'
      all.push({ what: `CPU a record, ${what}`, ...pair, figure: cpu, goal })
      all.push({ what: `records/s, ${what}`, ...pair, figure: 'recordsPerSecond', goal: '>= 1' })
    }
    const pair = { ours: of(workload, 'millrace', 1), theirs: of(workload, 'bare-loop', 1) }
    const goal = workload === 'T0' ? '<= 1.3' : ''
    all.push({ what: `CPU a record, ${workload}, of the bare loop's`, ...pair, figure: cpu, goal })
  }
  return all
}

/** Ratios of medians; claims about what did not take part are left out. */
export function ratioTable(figures: readonly ThroughputFigure[]): string {
  const valuesOf = (of: Of, figure: Claim['figure']): readonly number[] =>
    figures
      .filter(
        ({ workload, contender, threads }) =>
          workload === of.workload && contender === of.contender && threads === of.threads,
      )
      .map((each) => each[figure])
  const rows = claims().flatMap(({ what, ours, theirs, figure, goal }) => {
    const ratio = median(valuesOf(ours, figure)) / median(valuesOf(theirs, figure))
    return Number.isNaN(ratio) ? [] : [[what, ratio.toFixed(2), goal]]
  })
  return table(['ratio of medians', 'is', 'goal'], rows)
}

export function latencyTable(figures: readonly LatencyFigure[]): string {
  const groups = Map.groupBy(figures, ({ contender }) => contender)
  const columns = ['p50', 'p95', 'p99', 'max', 'cores', 'brokerCores', 'coresUsedByOthers'] as const
  const rows = [...groups].map(([name, own]) => [
    name,
    String(own.length),
    ...columns.map((column) => spread(own.map((each) => each[column]))),
    String(own.reduce((sum, { sent, received }) => sum + sent - received, 0)),
  ])
  const p99 = (name: LatencyFigure['contender']): number =>
    median(figures.filter((each) => each.contender === name).map((each) => each.p99))
  const ratio = (p99('millrace') / p99('kafka-streams')).toFixed(2)
  const head = ['latency', 'runs', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'cores', 'broker cores']
  const whole = table([...head, 'cores used by others', 'missing'], rows)
  return `${whole}\n\np99 of Kafka Streams': ${ratio} (goal: <= 0.5)`
}

export function restoreTable(figures: readonly RestoreFigure[]): string {
  const rows = [
    [
      String(figures[0]?.entries),
      spread(
        figures.map((each) => each.perCpuSecond),
        0,
      ),
      spread(
        figures.map((each) => each.perSecond),
        0,
      ),
      '>= 500,000 a CPU second',
    ],
  ]
  return table(['entries restored', 'per CPU second', 'per second', 'goal'], rows)
}

export function idleTable(figures: readonly IdleFigure[]): string {
  const rows = figures.map(({ tasks, percent, seconds, megabytes }) => [
    String(tasks),
    `${percent.toFixed(2)} % over ${seconds} s`,
    `${Math.round(megabytes)} MB`,
    tasks === 64 ? '<= 500 MB' : '<= 2 %',
  ])
  return table(['tasks', 'CPU of a core while idle', 'most memory', 'goal'], rows)
}
