// The Kafka driver beside its peers, on a broker of its own. Each scenario states at the head of
// its file what it claims. Run: npm run bench:kafka --
// [throughput|latency|restore|idle|tasks|all] [--records N] [--repeats N] [--json]
import { parseArgs } from 'node:util'
import type { Workload } from '../workload/by-hand.ts'
import type { Contender } from './contenders.ts'
import { measureIdle } from './idle.ts'
import { measureLatency } from './latency.ts'
import { openPlace, type Place } from './place.ts'
import { measureRestore } from './restore.ts'
import { idleTable, latencyTable, ratioTable, restoreTable, throughputTable } from './tables.ts'
import { measureThroughput, outputProblems } from './throughput.ts'

const SCENARIOS = ['throughput', 'latency', 'restore', 'idle', 'tasks'] as const
type Scenario = (typeof SCENARIOS)[number]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Of throughput: ticks, workloads, and contenders left out, as `kafka-streams,millrace-2`. */
    records: { type: 'string', default: '4000000' },
    workloads: { type: 'string', default: 'T0,T1' },
    without: { type: 'string', default: '' },
    repeats: { type: 'string', default: '3' },
    /** Of restore. */
    entries: { type: 'string', default: '2000000' },
    /** For how long latency and idleness are looked at. */
    seconds: { type: 'string', default: '20' },
    /** Options of Node for ours: `--node=--cpu-prof,--cpu-prof-dir=out`. */
    node: { type: 'string', default: '' },
    /** A folder whose servers are used, and stay up. */
    servers: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const PACED = { rate: 2_000, warm: 10, commitMs: 20 }
const repeats = Number(values.repeats)
const seconds = Number(values.seconds)
const node = listed(values.node)
const without = listed(values.without)
const wanted = positionals.length === 0 || positionals.includes('all') ? SCENARIOS : positionals

const run: Readonly<Record<Scenario, (place: Place) => Promise<void>>> = {
  throughput: async (place) => {
    const figures = await measureThroughput(place, {
      records: Number(values.records),
      workloads: listed(values.workloads) as readonly Workload[],
      commitMs: 100,
      ...{ repeats, isWithout, node, say },
    })
    show(figures, (all) => [throughputTable(all), '', ratioTable(all)].join('\n'))
    for (const problem of outputProblems(figures)) {
      say(`the outputs differ: ${problem}`)
      process.exitCode = 1
    }
  },
  latency: async (place) => {
    show(await measureLatency(place, { ...PACED, repeats, seconds, node, say }), latencyTable)
  },
  restore: async (place) => {
    const entries = Number(values.entries)
    show(await measureRestore(place, { entries, repeats }), restoreTable)
  },
  idle: async (place) => show([await measureIdle(place, { tasks: 4, seconds })], idleTable),
  tasks: async (place) => show([await measureIdle(place, { tasks: 64, seconds })], idleTable),
}

for (const scenario of wanted) {
  if (SCENARIOS.includes(scenario as Scenario)) continue
  throw new Error(`there is no scenario "${scenario}": ${SCENARIOS.join(', ')}, all`)
}
const place = await openPlace(values.servers)
try {
  for (const scenario of SCENARIOS) if (wanted.includes(scenario)) await run[scenario](place)
} finally {
  await place.close()
}

function isWithout({ name, threads }: Contender): boolean {
  return without.includes(name) || without.includes(`${name}-${threads}`)
}

function listed(text: string): readonly string[] {
  return text.split(',').filter((each) => each !== '')
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function show<T>(figures: readonly T[], tableOf: (figures: readonly T[]) => string): void {
  process.stdout.write(`${values.json ? JSON.stringify(figures) : tableOf(figures)}\n\n`)
}
