// millrace bench [SCENARIO|FILE]: measures this machine, or a topology of the user's on it, in a
// process of its own, so that nothing else shares its processor time and memory.
import { fork, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { suggest } from '../topology/suggest.ts'
import type { BenchOption, BenchRequest } from './bench/request.ts'
import { FOLDER, OWN_TOPOLOGY, type Scenario, scenarios } from './bench/scenarios.ts'
import { environmentOrFail } from './environment.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem, lookAt, planOrFail } from './load-topology.ts'
import { logAccess, type LogOptions } from './log/log-access.ts'
import { inputsOf } from './replay/input-words.ts'
import { wholeNumber } from './whole-number.ts'

const USUAL = 'replay'

interface BenchOptions extends LogOptions {
  readonly json?: true
  readonly records?: number
  readonly repeats?: number
  readonly workers?: number
  readonly commitEvery?: number
  readonly symbols?: number
  readonly partitions?: number
  readonly rate?: number
  readonly seconds?: number
  readonly input?: readonly string[]
  readonly set: Readonly<Record<string, string>>
}

const MANY = 1_000_000_000

export function registerBench(program: Command, io: Io): void {
  const command = program
    .command('bench')
    .summary('measure this machine, or a topology on it')
    .description(
      'Runs a scenario, or a topology of your own, and prints its figures.\n\n' +
        `${scenarioLines()}\n\n` +
        'Each ends with an audit: what was committed is what it must be, or the bench fails. ' +
        'Other load on the machine shows in the figures, and is measured: compare what ran side ' +
        'by side.',
    )
    .argument('[scenario]', 'which, or the file of a topology', USUAL)
  addOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  millrace bench t2 --log embedded --workers 2\n' +
        '  millrace bench apps/forex/topology.yaml \\\n' +
        '    --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz\n' +
        '  millrace bench topology.yaml --rate 5000 --log kafka:127.0.0.1:9092',
    )
    .action(async (word: string, options: BenchOptions) => {
      const scenario = scenarioOf(word)
      const request = requestOrFail(word, scenario, options, io)
      if (request === undefined) return
      const code = await run(scenario, request, io)
      if (code !== 0) io.fail(code === 1 || code === 2 ? code : 70)
    })
}

function addOptions(command: Command): Command {
  const number = (name: string, least = 1): ((text: string) => number) =>
    wholeNumber(name, least, MANY)
  return command
    .option(
      '--log <log>',
      'memory (as it is without), embedded, embedded:DIR or kafka:HOST:PORT,...; what it makes ' +
        'there it removes',
    )
    .option('--registry <url>', 'of schemas, for a Kafka log')
    .option('--env <file>', 'says how to log in to the log')
    .option('--records <n>', 'how many', number('--records'))
    .option('--repeats <n>', 'runs, of which least, median and most are shown', number('--repeats'))
    .option('--workers <n>', 'threads on a log that stays', wholeNumber('--workers', 1, 64))
    .option('--commit-every <ms>', 'milliseconds between commits', number('--commit-every', 0))
    .option('--symbols <n>', 'keys of records that are made up', number('--symbols'))
    .option('--partitions <n>', 'of every topic', wholeNumber('--partitions', 1, 1_024))
    .option('--rate <n>', 'records a second; without, as fast as it can', number('--rate'))
    .option('--seconds <n>', 'how long records come at the rate', number('--seconds'))
    .option(
      '--input <topic=path...>',
      'history for your topology; without, records are made up for its schemas',
      (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
    )
    .option('--set <name=value>', 'set a parameter of your topology', collectPairs, {})
    .option('--json', 'figures as JSON, where the scenario has them')
}

function scenarioLines(): string {
  const all = [...scenarios()]
  const scripts = all.flatMap(([name, { summary }]) => (summary === undefined ? [name] : []))
  const lines = all.flatMap(([name, { summary }]) =>
    summary === undefined ? [] : [`  ${name.padEnd(12)}${summary}`],
  )
  if (scripts.length === 0) return lines.join('\n')
  const also = 'Also the scripts of bench/, which say at their heads what they claim: '
  return `${lines.join('\n')}\n\n${also}${scripts.join(', ')}.`
}

function scenarioOf(word: string): Scenario {
  const known = scenarios()
  const found = known.get(word)
  if (found !== undefined) return found
  if (known.size === 0) throw new FileProblem('this package has no benches; clone the repository')
  const stat = lookAt(word)
  if (typeof stat === 'object' && stat.isFile()) return OWN_TOPOLOGY
  const names = [...known.keys()]
  const close = suggest(word, names)
  const hint = close === undefined ? names.join(', ') : `did you mean "${close}"?`
  throw new FileProblem(`there is no scenario "${word}", and no such file; ${hint}`)
}

/** The options by what a scenario calls them. */
const WORDS: Readonly<Record<BenchOption, string>> = {
  records: '--records',
  repeats: '--repeats',
  workers: '--workers',
  commitMs: '--commit-every',
  symbols: '--symbols',
  partitions: '--partitions',
  rate: '--rate',
  seconds: '--seconds',
  input: '--input',
  set: '--set',
}

/** Undefined after mistakes have been shown and the command has failed. */
function requestOrFail(
  word: string,
  scenario: Scenario,
  options: BenchOptions,
  io: Io,
): BenchRequest | undefined {
  const environment = environmentOrFail(options.env, io)
  if (environment === undefined) return undefined
  const { log, input = [], set, commitEvery: commitMs } = options
  const { records, repeats, workers, symbols, partitions, rate, seconds, json } = options
  const asked = { records, repeats, workers, commitMs, symbols, partitions, rate, seconds }
  const given = { ...asked, input, set }
  for (const [name, option] of Object.entries(WORDS)) {
    const value = given[name as BenchOption]
    const isGiven = typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined
    if (!isGiven || scenario.takes.includes(name as BenchOption)) continue
    throw new FileProblem(`${option} says nothing to the bench "${word}"; leave it out`)
  }
  const isOwn = scenario === OWN_TOPOLOGY
  if (isOwn) {
    const plan = planOrFail(word, io, { set })
    if (plan === undefined) return undefined
    inputsOf(input, plan)
  }
  const folder = join(tmpdir(), 'millrace-bench')
  const named = log === 'embedded' ? { ...options, log: `embedded:${folder}` } : options
  const access = logAccess(named, environment.logs, 'memory')
  const file = isOwn ? word : undefined
  return { scenario: word, access, isJson: json ?? false, file, ...given }
}

function run({ file }: Scenario, request: BenchRequest, io: Io): Promise<number> {
  const path = join(FOLDER, file)
  const isScript = !file.startsWith('scenarios/')
  const args = request.isJson ? ['--json'] : []
  return new Promise((resolve, reject) => {
    const child = isScript
      ? spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
      : fork(path, [], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    child.stdout?.on('data', (text: Buffer) => io.out(text.toString()))
    child.stderr?.on('data', (text: Buffer) => io.err(text.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
    if (!isScript) child.send(request)
  })
}
