// millrace tap TOPIC --log LOG: the committed records of a topic, one line each.
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Log, TopicSpec } from '../connectors/connector.ts'
import { suggest } from '../topology/suggest.ts'
import type { Io } from './io.ts'
import { FileProblem } from './load-topology.ts'
import {
  environmentOption,
  logAccessOrFail,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openLastingLog } from './log/open-log.ts'
import { listenForStop } from './stop-signal.ts'
import { parseFrom, readRows } from './tap/read-rows.ts'
import { createLineReader, humanLine, isShown } from './tap/record-lines.ts'

interface TapOptions extends LogOptions {
  readonly from: 'earliest' | 'latest' | number
  readonly untilIdle?: true
  readonly json?: true
  readonly limit?: number
  readonly partition?: number
  readonly kinds: 'records' | 'all'
}

/** Rows that become text between two looks at whether the reader is still there. */
const ROWS_BETWEEN_LOOKS = 200

export function registerTap(program: Command, io: Io): void {
  program
    .command('tap')
    .summary('print the records of a topic')
    .description(
      'Prints committed records, one line each: partition@offset, event time, key, value. ' +
        'Records of one partition come in their order. It follows the topic until Ctrl-C, ' +
        'unless --until-idle or --limit end it.',
    )
    .argument('<topic>', 'the topic on the log')
    .addOption(logOption('where from'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--from <where>', 'earliest, latest, or an offset', parseFrom, 'earliest')
    .option('--until-idle', 'end at the end that the topic has now')
    .option('--limit <n>', 'end after so many lines', numberOf('--limit', 1))
    .option('--partition <p>', 'only of this partition', numberOf('--partition', 0))
    .addOption(
      new Option('--kinds <kinds>', 'all: heartbeats and ends too')
        .choices(['records', 'all'])
        .default('records'),
    )
    .option('--json', 'a JSON object a line; times in integer microseconds, decimals as strings')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace tap signals.v1 --log embedded:data/log --from latest\n' +
        '  millrace tap quotes --log embedded:data/log --until-idle --json | head',
    )
    .action(async (topic: string, options: TapOptions) => {
      const access = logAccessOrFail(options, io)
      if (access === undefined) return
      const log = await openLastingLog(access, 'read', 'tap')
      try {
        await tap(log, topic, options, io)
      } finally {
        await log.close()
      }
    })
}

function numberOf(option: string, least: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text)
    throw new FileProblem(`${option} "${text}" is no whole number from ${least} on`)
  }
}

async function tap(log: Log, topic: string, options: TapOptions, io: Io): Promise<void> {
  const spec = topicOf(log, await log.topics(), topic)
  const bounds = await log.bounds(partitionsOf(spec, options.partition))
  const stop = listenForStop()
  const { from, untilIdle = false } = options
  try {
    const rows = readRows({ log, bounds, from, untilIdle, signal: stop.signal })
    for await (const text of linesOf(rows, spec, options, stop.signal)) {
      io.out(text)
      if (!(await io.taken())) return
    }
  } finally {
    stop.release()
  }
}

/** Text of some lines at a time. */
async function* linesOf(
  rows: ReturnType<typeof readRows>,
  { name, about }: TopicSpec,
  { json, kinds, limit = Number.POSITIVE_INFINITY }: TapOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const readLine = createLineReader(name, about)
  let lines = 0
  let [text, held] = ['', 0]
  for await (const { fetched, end } of rows) {
    for (const stored of fetched.batches) {
      for (let row = stored.from; row < stored.batch.count && lines < limit; row += 1) {
        if (kinds !== 'all' && !isShown(stored.batch, row)) continue
        const line = readLine(stored, row, fetched.partition)
        if (line.offset >= end) break
        text += `${json ? JSON.stringify(line) : humanLine(line)}\n`
        lines += 1
        held += 1
        if (held < ROWS_BETWEEN_LOOKS) continue
        yield text
        if (signal.aborted) return
        ;[text, held] = ['', 0]
      }
    }
    if (held > 0) yield text
    ;[text, held] = ['', 0]
    if (lines >= limit) return
  }
}

function topicOf(log: Log, topics: ReadonlyMap<string, TopicSpec>, name: string): TopicSpec {
  const spec = topics.get(name)
  if (spec !== undefined) return spec
  const names = [...topics.keys()].sort()
  const near = suggest(name, names)
  const known = names.length === 0 ? 'it has none' : `it has ${names.slice(0, 20).join(', ')}`
  const repair = near === undefined ? known : `did you mean "${near}"?`
  throw new FileProblem(`${log.name} has no topic "${name}"; ${repair}`)
}

function partitionsOf({ name, partitions }: TopicSpec, only: number | undefined) {
  if (only !== undefined && only >= partitions) {
    throw new FileProblem(
      `topic "${name}" has no partition ${only}; they go from 0 to ${partitions - 1}`,
    )
  }
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))
  return only === undefined ? all : all.filter(({ partition }) => partition === only)
}
