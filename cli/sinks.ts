// millrace sinks FILE --log LOG --env FILE: how far each sink is, and whether the outside holds as
// many rows as its topic says.
import type { Command } from 'commander'
import type { Log } from '../connectors/connector.ts'
import { type Layout, makeLayout } from '../runtime/layout.ts'
import { presentTime, processPace } from '../runtime/pace.ts'
import { countRows } from '../runtime/sink/count-rows.ts'
import { connect } from '../runtime/sink/open-sink.ts'
import { topicOfSink } from '../runtime/sink/sink-topic.ts'
import type { Sink, SinkCount } from '../sinks/sink.ts'
import { EngineError } from '../topology/engine-error.ts'
import { count, table } from './counts-text.ts'
import { environmentOrFail } from './environment.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  logAccess,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openLastingLog } from './log/open-log.ts'
import { type ReadySink, readySinks } from './run/ready-sinks.ts'

interface SinksOptions extends LogOptions {
  readonly set: Readonly<Record<string, string>>
  readonly count?: true
  readonly json?: true
}

export function registerSinks(program: Command, io: Io): void {
  program
    .command('sinks')
    .summary('show how far each sink is, and count its rows')
    .description(
      'Positions come from the outside, and nobody who writes there is disturbed. What a sink ' +
        'writes to is made or evolved first, as a run does it.\n\n' +
        'With --count the rows outside are compared with the records of the topic up to there: ' +
        'exit code 1 where they differ.',
    )
    .argument('<file>', 'the topology')
    .addOption(logOption('where it runs'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .option('--count', 'count rows, too; the topics are read from their beginning for that')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace sinks topology.yaml --log embedded:data/log --env env.yaml --count',
    )
    .action(async (file: string, options: SinksOptions) => {
      const environment = environmentOrFail(options.env, io)
      if (environment === undefined) return
      const plan = planOrFail(file, io, { set: { ...environment.set, ...options.set } })
      if (plan === undefined) return
      if (plan.sinks.length === 0) throw new FileProblem(`${file} has no sinks; add some`)
      const ready = readySinks({ plan, environment, isNamed: options.env !== undefined }, io)
      if (ready === undefined) return
      // It was said of each why it is not opened.
      if (ready.length === 0) {
        io.fail(1)
        return
      }
      const log = await openLastingLog(logAccess(options, environment.logs), 'read', 'sinks')
      try {
        await show(ready, { layout: makeLayout(plan), log }, options, io)
      } finally {
        await log.close()
      }
    })
}

interface Place {
  readonly layout: Layout
  readonly log: Log
}

interface SinkStatus {
  readonly sink: string
  readonly kind: string
  readonly connection: string
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    /** Null: nothing is outside. */
    readonly position: number | null
    readonly end: number
    readonly lag: number
  }[]
  readonly count?: Comparison
}

interface Comparison {
  /** Null: their number would say nothing. */
  readonly rows: number | null
  readonly expected: number | null
  /** Microseconds: rows of earlier event times are gone, and not counted. */
  readonly since: number | null
  /** Null: it cannot be said. */
  readonly agrees: boolean | null
}

async function show(
  ready: readonly ReadySink[],
  place: Place,
  options: SinksOptions,
  io: Io,
): Promise<void> {
  const statuses: SinkStatus[] = []
  for (const each of ready) {
    try {
      statuses.push(await lookAt(each, place, options))
    } catch (error) {
      // The others are shown all the same.
      if (!(error instanceof EngineError)) throw error
      io.err(`error[${error.code}]: ${error.message}\n`)
      io.fail(2)
    }
  }
  const { topology } = place.layout.plan
  const all = { topology, log: place.log.name, sinks: statuses }
  io.out(options.json ? `${JSON.stringify(all, null, 2)}\n` : statusText(statuses))
  const isWrong = statuses.some(
    (each) => each.count?.agrees === false || linesAhead(each).length > 0,
  )
  if (isWrong) io.fail(1)
}

async function lookAt(
  { planned, kind, settings }: ReadySink,
  { layout, log }: Place,
  options: SinksOptions,
): Promise<SinkStatus> {
  const { topic, partitions } = topicOfSink(layout.plan, planned)
  const clock = { ...processPace, present: presentTime }
  const sink = await connect({ planned, kind, settings, layout, clock })
  try {
    const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const [positions, bounds] = [await sink.positions(), await log.bounds(ids)]
    const about = { layout, log, planned, identity: sink.identity, positions }
    return {
      sink: planned.name,
      kind: planned.kind,
      connection: planned.connection,
      topic,
      partitions: bounds.map(({ partition, first, stable: end }) => {
        const position = positions.get(partition) ?? null
        return { partition, position, end, lag: Math.max(0, end - (position ?? first)) }
      }),
      ...(options.count && { count: await compare(sink, about) }),
    }
  } finally {
    await sink.close()
  }
}

/** Rows that are written meanwhile would count on one side alone: it is then counted again. */
const MOST_COUNTS = 3

async function compare(
  sink: Sink,
  about: Omit<Parameters<typeof countRows>[0], 'since'>,
): Promise<Comparison> {
  let { positions } = about
  for (let counts = 1; ; counts += 1) {
    const counted = await sink.count()
    const after = await sink.positions()
    if (counted === undefined) return { rows: null, expected: null, since: null, agrees: null }
    const isStill = [...after].every(([partition, at]) => positions.get(partition) === at)
    if (!isStill && counts < MOST_COUNTS) {
      positions = after
      continue
    }
    return comparison(
      counted,
      isStill,
      await countRows({ ...about, positions, since: counted.since }),
    )
  }
}

function comparison(
  { rows, since }: SinkCount,
  isStill: boolean,
  { rows: expected, isWhole }: Awaited<ReturnType<typeof countRows>>,
): Comparison {
  const canSay = isStill && (isWhole || rows === expected)
  return { rows, expected, since: since ?? null, agrees: canSay ? rows === expected : null }
}

function statusText(statuses: readonly SinkStatus[]): string {
  const rows = statuses.flatMap(({ sink, kind, topic, partitions }) =>
    partitions.map(({ partition, position, end, lag }) => [
      `${sink} (${kind})  ${topic}/${partition}`,
      position === null ? '-' : count(position),
      count(end),
      count(lag),
    ]),
  )
  const counts = statuses.flatMap(({ sink, count: own }) =>
    own === undefined ? [] : [`${sink}: ${countText(own)}`],
  )
  if (rows.length === 0) return ''
  const ahead = statuses.flatMap(linesAhead)
  const lines = [...table([['sink', 'position', 'end', 'lag'], ...rows]), ...ahead, ...counts]
  return `${lines.join('\n')}\n`
}

/** A topic never gets shorter, so one that ends before the position is not what was written. */
function linesAhead({ sink, topic, partitions }: SinkStatus): readonly string[] {
  return partitions
    .filter(({ position, end }) => position !== null && position > end)
    .map(({ partition, position, end }) => {
      const at = `${sink}: it stands at ${count(position ?? 0)} of ${topic}/${partition}`
      return `${at}, which ends at ${count(end)}: of another log, or emptied since (sink-ahead)`
    })
}

function countText({ rows, expected, since, agrees }: Comparison): string {
  if (rows === null || expected === null) return 'its rows are not counted'
  const from = since === null ? '' : ` since ${new Date(since / 1000).toISOString()}`
  const both = `${count(rows)} rows${from}, and the topic makes ${count(expected)}`
  if (agrees === true) return both
  if (agrees === null) {
    return `${both}; it is written just now, or the log keeps not all, so they cannot be compared`
  }
  const skipped = rows < expected ? '; records whose fate is skip are not outside' : ''
  return `${both}: they differ${skipped}`
}
