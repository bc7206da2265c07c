// millrace run FILE: runs a topology on a log until it is stopped or, with --until-idle, until it
// has taken what the inputs held when it began. Run it again, and it goes on where it was.
import type { Command } from 'commander'
import { USUAL_COMMIT } from '../runtime/defaults.ts'
import { findEnds } from '../runtime/ends.ts'
import { type Layout, makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import { prepareLog } from '../runtime/prepare-log.ts'
import { environmentOrFail } from './environment.ts'
import type { HttpSettings } from './http/read-http.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem, planOrFail } from './load-topology.ts'
import { type LogAccess, logAccess } from './log/log-access.ts'
import { LASTING_FORMS } from './log/log-address.ts'
import { startCrew } from './run/crew.ts'
import { openBeside } from './run/open-beside.ts'
import { openSinks } from './run/open-sinks.ts'
import { openSources, readySources, type ReadySource } from './run/open-sources.ts'
import { type ReadySink, readySinks } from './run/ready-sinks.ts'
import { openRunLogs, type RunLogs } from './run/run-logs.ts'
import { countRead, summarize, summaryJson, summaryText } from './run/run-summary.ts'
import { inTime } from './run/in-time.ts'
import { runTogether } from './run/together.ts'
import { watchRun } from './run/watched.ts'
import { listenForStop } from './stop-signal.ts'
import { wholeNumber } from './whole-number.ts'

interface RunOptions extends Later {
  readonly log?: string
  readonly registry?: string
  readonly state?: string
  readonly workers: number
  readonly set: Readonly<Record<string, string>>
  readonly untilIdle?: true
  readonly commitEvery: number
  readonly commitRecords: number
  readonly digest?: true
  readonly json?: true
  readonly http?: number
  readonly env?: string
}

/** Options that the command line is to have, and for which there is nothing behind it yet. */
interface Later {
  readonly live?: true
}

export function registerRun(program: Command, io: Io): void {
  const command = program
    .command('run')
    .summary('run a topology on a log')
    .description(
      'Runs until it is stopped: Ctrl-C commits what was processed and leaves, a second one ends ' +
        'at once. Run again, it goes on where it was.\n' +
        'With --until-idle it takes the ends of the inputs at start, and ends when all of it is ' +
        'committed. The counts that it then prints are of all runs on that log.',
    )
    .argument('<file>', 'the topology')
  addOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  millrace run apps/forex/topology.yaml --log embedded:data/log --until-idle',
    )
    .action(async (file: string, options: RunOptions) => {
      refuseLater(options)
      const environment = environmentOrFail(options.env, io)
      if (environment === undefined) return
      const set = { ...environment.set, ...options.set }
      const plan = planOrFail(file, io, { set })
      if (plan === undefined) return
      const isNamed = options.env !== undefined
      const untilIdle = options.untilIdle ?? false
      const sources = readySources({ plan, environment, isNamed, untilIdle }, io)
      const sinks = readySinks({ plan, environment, isNamed }, io)
      if (sources === undefined || sinks === undefined) return
      const access = logAccess(options, environment.logs, 'memory')
      checkState(options.state, access)
      const { http } = environment
      await run({ file, set, layout: makeLayout(plan), sources, sinks, access, http }, options, io)
    })
}

function addOptions(command: Command): Command {
  return command
    .option(
      '--log <log>',
      `${LASTING_FORMS},...; else what --env names, or memory, which ends with the process`,
    )
    .option('--registry <url>', 'of schemas, for a Kafka log; else the registry that --env names')
    .option('--workers <n>', 'threads on a log that stays', wholeNumber('--workers', 1, 64), 1)
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .option('--until-idle', 'end when what the inputs hold now is done')
    .option(
      '--commit-every <ms>',
      'milliseconds between commits',
      wholeNumber('--commit-every', 0, 3_600_000),
      USUAL_COMMIT.everyMs,
    )
    .option(
      '--commit-records <n>',
      'records after which a commit is due sooner',
      wholeNumber('--commit-records', 1, 1_000_000_000),
      USUAL_COMMIT.records,
    )
    .option('--digest', 'read what was written, and print its digests at the end')
    .option('--json', 'print the summary as JSON, with digests')
    .option(
      '--state <folder>',
      'keeps copies of state there, on a Kafka log: a restart reads only what is new',
    )
    .option(
      '--http <port>',
      'serve /health, /metrics and /tasks; 0: a free port',
      wholeNumber('--http', 0, 65_535),
    )
    .option(
      '--env <file>',
      'says what the log and the connections of sources and sinks are, and sets parameters',
    )
    .option('--live', 'let orders out to a venue; not in this version')
}

const LATER: readonly (readonly [keyof Later, string])[] = [
  ['live', 'it has no venues, so no order leaves it'],
]

function refuseLater(options: Later): void {
  for (const [option, has] of LATER) {
    if (options[option] === undefined) continue
    throw new FileProblem(`--${option} is not in this version: ${has}; leave it out`)
  }
}

function checkState(state: string | undefined, { kafka, name }: LogAccess): void {
  if (state === undefined || kafka !== undefined) return
  throw new FileProblem(`--state is for a Kafka log, and ${name} keeps state itself; leave it out`)
}

interface Running {
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly layout: Layout
  readonly sources: readonly ReadySource[]
  readonly sinks: readonly ReadySink[]
  readonly access: LogAccess
  readonly http: HttpSettings | undefined
}

async function run(running: Running, options: RunOptions, io: Io): Promise<void> {
  const { layout, access } = running
  const workers = Math.min(options.workers, layout.slots)
  if (workers < options.workers) {
    const slots = layout.slots === 1 ? 'one slot' : `${layout.slots} slots`
    io.err(`${layout.plan.topology} has ${slots}, so ${workers} of the workers run\n`)
  }
  if (access.address.kind === 'memory') {
    io.err('the memory log ends with this process: nothing of this run outlives it\n')
  }
  const stop = listenForStop()
  try {
    const logs = await openRunLogs(access, workers)
    try {
      await runOn(logs, running, options, io, stop.signal)
    } finally {
      await logs.close()
    }
  } finally {
    stop.release()
  }
}

async function runOn(
  logs: RunLogs,
  { file, set, layout, access, http, ...ready }: Running,
  options: RunOptions,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const { log, on, watch } = logs
  const pace = processPace
  const began = pace.now()
  await prepareLog(layout, log)
  const before = await countRead(layout, log)
  const ends = options.untilIdle ? await findEnds(layout.plan, log) : undefined
  const { state } = options
  const watched = await watchRun({ layout, log, io, http, state }, options.http)
  const commit = { everyMs: options.commitEvery, records: options.commitRecords }
  const { report, copies, endpoint } = watched
  watch(report)
  const sinks = await openSinks(ready.sinks, logs, { layout, report })
  try {
    const sources = [
      ...(await openSources(ready.sources, log, report)),
      ...openBeside(layout.plan, {
        log,
        sources: ready.sources,
        report,
        address: access.address,
        untilIdle: options.untilIdle ?? false,
      }),
    ]
    const about = { layout, file, set, commit, ends, report, copies, endpoint }
    const crew = await startCrew({ ...about, on })
    await runTogether({ crew, sources, sinks: sinks.start() }, signal)
  } finally {
    await sinks.close()
    await watched.close()
  }
  const elapsedMs = pace.now() - began
  const digests = options.digest ?? options.json ?? false
  const asked = summarize({ layout, log, before, digests, elapsedMs })
  const summary = await inTime(asked, { log: log.name, pace, signal })
  io.out(options.json ? `${JSON.stringify(summaryJson(summary), null, 2)}\n` : summaryText(summary))
}
