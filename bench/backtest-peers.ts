// The backtesting peers beside this engine on the same quotes, in turns: events per CPU second of
// the run. A peer that is not installed is named, with how to install it. Run:
// node bench/backtest-peers.ts [--repeats N] [--json]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, table } from '../cli/counts-text.ts'
import {
  type EngineCase,
  type EngineFigures,
  runCase as runEngine,
} from './backtest/engine-case.ts'
import { answerCase, isCase, runCase } from './measure/case-process.ts'
import { spreadOf, spreadText } from './measure/spread.ts'

interface Peer {
  readonly name: string
  readonly data: 'ticks' | 'bars90d'
  readonly workload: string
}

const PEERS: readonly Peer[] = [
  { name: 'nautilus', data: 'ticks', workload: 'quotes' },
  { name: 'hftbacktest', data: 'ticks', workload: 'feed' },
  { name: 'vectorbt', data: 'bars90d', workload: 'sweep-chunked' },
]
const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'out', 'peers')
const SCRIPTS = join(import.meta.dirname, 'peers', 'backtest')
const QUOTES = 1_000_000
const REPEATS = '3'
const MICROS = 1e6

interface PeerFigure {
  readonly engine: string
  readonly events: number
  readonly cpuSeconds: number
  readonly megabytes: number
}

/** What a `run-ENGINE.py` prints. */
interface Told {
  readonly engine: string
  readonly events: number
  readonly run_cpu_s: number
  readonly peak_rss_mb: number
}

if (isCase()) await answerCase(runEngine)
else await report()

async function report(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repeats: { type: 'string', default: REPEATS },
      json: { type: 'boolean', default: false },
    },
  })
  const present = PEERS.filter(({ name }) => existsSync(pythonOf(name)))
  for (const { name } of PEERS.filter((peer) => !present.includes(peer))) {
    const install = `bench/peers/backtest/install.sh ${name}`
    process.stderr.write(`${name} is not installed and takes no part; ${install}\n`)
  }
  const [first] = present
  if (first !== undefined) makeData(pythonOf(first.name))
  const figures: PeerFigure[] = []
  for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
    for (const log of ['memory', 'embedded'] as const) figures.push(await ours(log))
    for (const peer of present) figures.push(theirs(peer))
  }
  process.stdout.write(`${values.json ? JSON.stringify(figures, null, 2) : textOf(figures)}\n`)
}

function pythonOf(name: string): string {
  return join(FOLDER, name, 'bin', 'python')
}

function makeData(python: string): void {
  const folder = join(FOLDER, 'data')
  if (existsSync(join(folder, 'bars90d.npy'))) return
  mkdirSync(folder, { recursive: true })
  execFileSync(python, [join(SCRIPTS, 'gen.py'), folder])
}

/** Start-up and compiling are among it; those of the peers are not among theirs. */
async function ours(log: EngineCase['log']): Promise<PeerFigure> {
  const given: EngineCase = { log, quotes: QUOTES }
  const { cpuMs, anonymousMb } = await runCase<EngineFigures>(import.meta.url, given)
  const about = { engine: `millrace on ${log}`, events: QUOTES, megabytes: anonymousMb }
  return { ...about, cpuSeconds: cpuMs / 1000 }
}

function theirs({ name, data, workload }: Peer): PeerFigure {
  const args = [
    '-W',
    'ignore',
    join(SCRIPTS, `run-${name}.py`),
    join(FOLDER, 'data', `${data}.npy`),
  ]
  const out = execFileSync(pythonOf(name), [...args, workload], { encoding: 'utf8' })
  const line = out.split('\n').find((each) => each.startsWith('{')) ?? '{}'
  const { engine, events, run_cpu_s: cpuSeconds, peak_rss_mb: megabytes } = JSON.parse(line) as Told
  return { engine: `${engine}, ${workload}`, events, cpuSeconds, megabytes }
}

function textOf(figures: readonly PeerFigure[]): string {
  const rows = [...Map.groupBy(figures, ({ engine }) => engine)].map(([engine, own]) => [
    engine,
    count(own[0]?.events ?? 0),
    spreadText(spreadOf(own.map(({ events, cpuSeconds }) => events / cpuSeconds / MICROS))),
    String(Math.round(Math.max(...own.map(({ megabytes }) => megabytes)))),
  ])
  return table([['engine', 'events', 'M events per CPU second', 'peak MB'], ...rows]).join('\n')
}
