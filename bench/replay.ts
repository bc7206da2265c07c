// Claim: the whole engine takes 1,000,000 quotes a second and core through a strategy from the
// memory log, and 500,000 from the embedded log with state and commits, in memory that does not
// grow with the input; the fills are the peers'. Run: node bench/replay.ts [--json] [--quotes N]
import { fork } from 'node:child_process'
import { type EngineCase, type EngineFigures, runCase } from './backtest/engine-case.ts'

const ROUNDS = 3
const QUOTES = 1_000_000
/** The input that memory is compared with. */
const TENFOLD = 10

const [mode, ...rest] = process.argv.slice(2)
if (mode === 'case') process.send?.(await runCase(JSON.parse(rest[0] ?? '{}') as EngineCase))
else process.stdout.write(await report(process.argv.slice(2)))

async function report(args: readonly string[]): Promise<string> {
  const quotes = Number(args[args.indexOf('--quotes') + 1]) || QUOTES
  const cases: readonly EngineCase[] = [
    { log: 'memory', quotes },
    { log: 'embedded', quotes },
    { log: 'embedded', quotes: quotes * TENFOLD },
  ]
  const figures: EngineFigures[] = []
  for (const each of cases) {
    const rounds = each.quotes > quotes ? 1 : ROUNDS
    for (let round = 0; round < rounds; round += 1) figures.push(await inProcess(each))
  }
  return args.includes('--json') ? `${JSON.stringify(figures, null, 2)}\n` : table(figures)
}

/** A process of its own: what one run leaves in memory is no part of the next. */
function inProcess(each: EngineCase): Promise<EngineFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), ['case', JSON.stringify(each)], {
      execArgv: ['--expose-gc'],
    })
    let figures: EngineFigures | undefined
    child.on('message', (message) => (figures = message as EngineFigures))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (figures === undefined) reject(new Error(`the case ended with ${code}`))
      else resolve(figures)
    })
  })
}

function table(figures: readonly EngineFigures[]): string {
  const rows = figures.map(({ log, quotes, cpuMs, wallMs, commits, anonymousMb, signals }) => {
    const perCpuSecond = Math.round((quotes * 1000) / cpuMs).toLocaleString('en')
    const perSecond = Math.round((quotes * 1000) / wallMs).toLocaleString('en')
    return [log, quotes, perCpuSecond, perSecond, commits, anonymousMb, signals].join(' | ')
  })
  const head = 'log | quotes | quotes per CPU second | quotes/s | commits | peak MB | signals'
  return `${[head, ...rows].join('\n')}\n`
}
