// Claim: exactly once, with a commit every 100 ms, over 4,000,000 ticks: T1 takes at most 0.67 of
// the CPU time that Kafka Streams takes for a record, T0 at most 1.3 of the bare loop's; one worker
// is as fast as Kafka Streams with one thread, two as its two. The outputs are the same bytes.
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import type { Workload } from '../workload/by-hand.ts'
import {
  bareLoop,
  type Contender,
  kafkaStreams,
  millrace,
  outputsOf,
  type Part,
} from './contenders.ts'
import { figuresOf, runTool, startObserver } from './java-tools.ts'
import type { Place } from './place.ts'

export interface ThroughputFigure {
  readonly workload: Workload
  readonly contender: Contender['name']
  readonly threads: number
  readonly records: number
  /** Of the middle 80 % of the records, as are CPU times. */
  readonly recordsPerSecond: number
  readonly cpuPerMillion: number
  readonly brokerCpuPerMillion: number
  readonly coresUsedByOthers: number
  /** `topic records checksum` for each output. */
  readonly outputs: readonly string[]
}

export interface ThroughputOptions {
  readonly records: number
  readonly repeats: number
  readonly workloads: readonly Workload[]
  readonly commitMs: number
  readonly isWithout: (contender: Contender) => boolean
  /** Options of Node's own for ours. */
  readonly node: readonly string[]
  readonly say: (line: string) => void
}

/** Of 1,000,000 ticks, as two other engines give them: bench/peers/kafka-streams/README.md. */
const KNOWN: Readonly<Record<Workload, readonly string[]>> = {
  T0: ['quotes 1000000 0007a1000f47f242'],
  T1: ['indicators 1000000 0007a09b3b26ff9d'],
  T2: ['bars 49984 000061c72eec26d4', 'signals 1789 0000039368b415b5'],
}
const KNOWN_RECORDS = 1_000_000

/** Contenders take turns, so that what disturbs the machine disturbs all of them. */
export async function measureThroughput(
  place: Place,
  options: ThroughputOptions,
): Promise<readonly ThroughputFigure[]> {
  const { records, repeats, workloads, isWithout, node, say } = options
  say(`loading ${records} ticks`)
  const input = `ticks-${records}`
  await place.load(input, records)
  const figures: ThroughputFigure[] = []
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    for (const workload of workloads) {
      for (const contender of takingPart(workload, node)) {
        if (isWithout(contender)) continue
        const { name, threads } = contender
        const part = { workload, name: nameOf(contender, workload, repeat), input }
        say(`${workload}, ${name} ${threads}, run ${repeat} of ${repeats}`)
        const figure = await observe(place, contender, { ...part, commitMs: options.commitMs })
        say(`  ${JSON.stringify(figure)}`)
        figures.push(figure)
      }
    }
  }
  return figures
}

/** Of this process alone: on a broker that is used again nobody goes on where another was. */
function nameOf({ name, threads }: Contender, workload: Workload, repeat: number): string {
  return `${name}-${threads}-${workload}-${process.pid}-${repeat}`
}

function takingPart(workload: Workload, node: readonly string[]): readonly Contender[] {
  const all = [millrace(1, node), kafkaStreams(1), millrace(2, node), kafkaStreams(2)]
  return workload === 'T2' ? all : [...all, bareLoop()]
}

async function observe(place: Place, contender: Contender, part: Part): Promise<ThroughputFigure> {
  const { bootstrap } = place
  const { workload, name, input } = part
  const topics = contender.makes(part).join(',')
  if (topics !== '') await runTool('Loader', { bootstrap, topics })
  const pidFile = join(place.folder, `${name}.pid`)
  const pids = { 'pid.engine': pidFile, 'pid.broker': place.brokerPid }
  const watched = { bootstrap, group: name, input, ...pids, timeout: 900 }
  const observer = await startObserver(watched)
  const engine = contender.start(place, part)
  writeFileSync(pidFile, `${engine.pid}\n`)
  try {
    const seen = figuresOf(await Promise.race([observer.ended(), failed(engine)]))[0] as Observed
    // What the group has committed is committed; the engine goes on waiting for more.
    const outputs = await checkOutputs(place, part)
    return {
      workload,
      contender: contender.name,
      threads: contender.threads,
      records: seen.records,
      recordsPerSecond: seen.recordsPerSecondMiddle,
      cpuPerMillion: seen.engine.cpuSecondsPerMillion,
      brokerCpuPerMillion: seen.broker.cpuSecondsPerMillion,
      coresUsedByOthers: seen.coresUsedByOthers,
      outputs,
    }
  } finally {
    await engine.stop()
    await observer.stop()
    await place.deleteTopics(name)
  }
}

async function failed(engine: ReturnType<Contender['start']>): Promise<never> {
  const said = await engine.ended()
  throw new Error(`the engine ended before its input did: ${said}`)
}

/** What `Observer` prints. */
interface Observed {
  readonly records: number
  readonly recordsPerSecondMiddle: number
  readonly coresUsedByOthers: number
  readonly engine: { readonly cpuSecondsPerMillion: number }
  readonly broker: { readonly cpuSecondsPerMillion: number }
}

async function checkOutputs({ bootstrap }: Place, part: Part): Promise<readonly string[]> {
  const outputs: string[] = []
  for (const topic of outputsOf(part)) {
    const [figure] = await runTool('Check', { bootstrap, topic })
    const { records, checksum } = figure as { readonly records: number; readonly checksum: string }
    outputs.push(`${topic.split('-')[0] ?? ''} ${records} ${checksum}`)
  }
  return outputs
}

/** Why the outputs are not what they must be: the same of all, and as known. */
export function outputProblems(figures: readonly ThroughputFigure[]): readonly string[] {
  const problems: string[] = []
  for (const workload of new Set(figures.map((each) => each.workload))) {
    const own = figures.filter((each) => each.workload === workload)
    const known = own[0]?.records === KNOWN_RECORDS ? KNOWN[workload] : own[0]?.outputs
    for (const { contender, threads, outputs } of own) {
      if (outputs.join() === known?.join()) continue
      const got = outputs.join(', ')
      problems.push(`${workload} of ${contender} ${threads}: ${got}, not ${known?.join(', ')}`)
    }
  }
  return problems
}
