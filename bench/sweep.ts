// Claim: 500 pairs of averages over 90 days of one-minute bars, by the engine's own operators, take
// at most 60 CPU seconds and 500 MB, start-up and reading the file included. Every set is held to
// a plain loop. Run: node bench/sweep.ts [--json] [--repeats N] [--workers N]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { main } from '../cli/main.ts'
import { recordedIo } from '../cli/recorded-io.ts'
import { answerCase, isCase, runCase } from './measure/case-process.ts'
import { spreadOf, spreadText } from './measure/spread.ts'
import { minuteBars, writeBars } from './sweep/bars90d.ts'

interface SweepCase {
  readonly bars: string
  readonly workers: number
}

interface SweepFigure {
  readonly cpuSeconds: number
  readonly seconds: number
  readonly megabytes: number
  /** By `fast slow`. */
  readonly signals: Readonly<Record<string, number>>
}

const FAST = { from: 5, to: 24, step: 1 }
const SLOW = { from: 26, to: 74, step: 2 }
/** No signal before so many bars. */
const SEEN = 26
const TOPOLOGY = new URL('sweep/topology.yaml', import.meta.url).pathname

if (isCase()) await answerCase(measure)
else await report()

async function report(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      repeats: { type: 'string', default: '1' },
      workers: { type: 'string', default: '1' },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    const bars = join(folder, 'bars90d.csv')
    writeBars(bars)
    const given: SweepCase = { bars, workers: Number(values.workers) }
    const figures: SweepFigure[] = []
    for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
      figures.push(await runCase<SweepFigure>(import.meta.url, given))
    }
    const expected = signalsByHand()
    for (const { signals } of figures) audit(signals, expected)
    const told = {
      scenario: 'sweep',
      ...{ pairs: expected.size, workers: given.workers, runs: figures.length },
      cpuSeconds: spreadOf(figures.map((each) => each.cpuSeconds)),
      seconds: spreadOf(figures.map((each) => each.seconds)),
      megabytes: spreadOf(figures.map((each) => each.megabytes)),
    }
    const text = [
      `${told.pairs} pairs x 129,600 bars, ${told.workers} workers, ${told.runs} runs`,
      `CPU seconds   ${spreadText(told.cpuSeconds, 1)} (goal: 60)`,
      `seconds       ${spreadText(told.seconds, 1)}`,
      `most memory   ${spreadText(told.megabytes, 0)} MB (goal: 500)`,
      'audit: every pair gives as many signals as a plain loop',
    ].join('\n')
    process.stdout.write(`${values.json ? JSON.stringify(told, null, 2) : text}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The command as a user gives it, in a process of its own. */
async function measure({ bars, workers }: SweepCase): Promise<SweepFigure> {
  const began = performance.now()
  const io = recordedIo()
  const range = ({ from, to, step }: typeof FAST): string => `${from}..${to}:${step}`
  const values = ['--param', `fast=${range(FAST)}`, '--param', `slow=${range(SLOW)}`]
  const more = ['--input', `bars=${bars}`, '--workers', String(workers), '--json']
  await main(['sweep', TOPOLOGY, ...values, ...more], io)
  if (io.exitCode() !== 0) throw new Error(io.errors())
  const { sets } = JSON.parse(io.output()) as {
    readonly sets: readonly {
      readonly parameters: { readonly fast: string; readonly slow: string }
      readonly topics: { readonly signals: { readonly records: number } }
    }[]
  }
  const signals = sets.map(({ parameters: { fast, slow }, topics }) => {
    return [`${fast} ${slow}`, topics.signals.records] as const
  })
  const { user, system } = process.cpuUsage()
  return {
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - began) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    signals: Object.fromEntries(signals),
  }
}

function signalsByHand(): ReadonlyMap<string, number> {
  const closes = Float64Array.from(minuteBars(), ({ close }) => close / 100)
  const counts = new Map<string, number>()
  for (let fast = FAST.from; fast <= FAST.to; fast += FAST.step) {
    for (let slow = SLOW.from; slow <= SLOW.to; slow += SLOW.step) {
      counts.set(`${fast} ${slow}`, crossings(closes, 2 / (fast + 1), 2 / (slow + 1)))
    }
  }
  return counts
}

function crossings(closes: Float64Array, byFast: number, bySlow: number): number {
  let [fast, slow] = [closes[0] ?? 0, closes[0] ?? 0]
  let count = 0
  for (let index = 1; index < closes.length; index += 1) {
    const close = closes[index] ?? 0
    const before = Math.sign(fast - slow)
    fast += byFast * (close - fast)
    slow += bySlow * (close - slow)
    const now = Math.sign(fast - slow)
    const seen = index + 1
    // At or below before and above now, or the other way round; the first where it stands.
    const isCrossed = now !== 0 && (before !== now || seen === SEEN)
    if (seen >= SEEN && isCrossed) count += 1
  }
  return count
}

function audit(signals: SweepFigure['signals'], expected: ReadonlyMap<string, number>): void {
  for (const [pair, count] of expected) {
    if (signals[pair] === count) continue
    throw new Error(`the audit does not hold: ${pair} has ${signals[pair] ?? 0}, not ${count}`)
  }
}
