// Claim: at 2,000 records a second, with a commit every 20 ms, the 99th percentile of the time from
// when a tick was due to when a reader of committed records has its indicator is at most half of
// Kafka Streams'. `floor` is a topic timed against itself: what the tool alone takes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../docker/native/until.ts'
import { type Contender, kafkaStreams, millrace, outputsOf } from './contenders.ts'
import { runTool } from './java-tools.ts'
import type { Place } from './place.ts'

export interface LatencyFigure {
  readonly contender: Contender['name'] | 'floor'
  readonly sent: number
  readonly received: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  readonly cores: number
  readonly brokerCores: number
  readonly coresUsedByOthers: number
}

export interface LatencyOptions {
  readonly repeats: number
  readonly commitMs: number
  /** Records a second. */
  readonly rate: number
  /** Seconds. */
  readonly warm: number
  readonly seconds: number
  readonly node: readonly string[]
  readonly say: (line: string) => void
}

/** What `Latency` prints. */
type Told = Omit<LatencyFigure, 'contender' | 'cores' | 'brokerCores'> & {
  readonly engine?: { readonly cores: number }
  readonly broker: { readonly cores: number }
}

export async function measureLatency(
  place: Place,
  options: LatencyOptions,
): Promise<readonly LatencyFigure[]> {
  const figures: LatencyFigure[] = [await floor(place, options)]
  for (let repeat = 1; repeat <= options.repeats; repeat += 1) {
    for (const contender of [millrace(1, options.node), kafkaStreams(2)]) {
      options.say(`latency, ${contender.name}, run ${repeat} of ${options.repeats}`)
      const figure = await pace(place, contender, repeat, options)
      options.say(`  ${JSON.stringify(figure)}`)
      figures.push(figure)
    }
  }
  return figures
}

async function floor(place: Place, options: LatencyOptions): Promise<LatencyFigure> {
  const topic = `floor-${process.pid}`
  await runTool('Loader', { bootstrap: place.bootstrap, topics: topic })
  try {
    return await timed(place, { input: topic, output: topic }, options, 'floor')
  } finally {
    await place.deleteTopics(topic)
  }
}

async function pace(
  place: Place,
  contender: Contender,
  repeat: number,
  options: LatencyOptions,
): Promise<LatencyFigure> {
  const { bootstrap, log } = place
  const name = `late-${contender.name}-${process.pid}-${repeat}`
  const input = `ticks-${name}`
  const part = { workload: 'T1', name, input, commitMs: options.commitMs } as const
  const [output = ''] = outputsOf(part)
  await runTool('Loader', { bootstrap, topics: [input, ...contender.makes(part)].join(',') })
  await place.tickId(input)
  const engine = contender.start(place, part)
  try {
    const pidFile = join(place.folder, `${name}.pid`)
    writeFileSync(pidFile, `${engine.pid}\n`)
    const isThere = async () => (await log.topics()).has(output)
    if (!(await until(isThere, { withinMs: 60_000 }))) throw new Error(engine.said())
    return await timed(place, { input, output, pidFile }, options, contender.name)
  } finally {
    await engine.stop()
    await place.deleteTopics(name)
  }
}

interface Timed {
  readonly input: string
  readonly output: string
  readonly pidFile?: string
}

async function timed(
  place: Place,
  { input, output, pidFile }: Timed,
  { rate, warm, seconds }: LatencyOptions,
  contender: LatencyFigure['contender'],
): Promise<LatencyFigure> {
  const [figure] = await runTool('Latency', {
    bootstrap: place.bootstrap,
    ...{ input, output, rate, warm, seconds },
    'id.Tick': await place.tickId(input),
    'pid.broker': place.brokerPid,
    ...(pidFile === undefined ? {} : { 'pid.engine': pidFile }),
  })
  const { sent, received, p50, p95, p99, max, engine, broker, coresUsedByOthers } = figure as Told
  const cores = { cores: engine?.cores ?? 0, brokerCores: broker.cores, coresUsedByOthers }
  return { contender, sent, received, p50, p95, p99, max, ...cores }
}
