// millrace replay FILE: runs history to its end and writes what the topology would have written.
import { performance } from 'node:perf_hooks'
import type { Command } from 'commander'
import { Option } from 'commander'
import { parseTime } from '../connectors/file/times.ts'
import { operators } from '../operators/index.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import type { Plan } from '../topology/plan.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem, planOrFail } from './load-topology.ts'
import { filesByTopic, readHistory, type TopicHistory } from './replay/inputs.ts'
import { makeFolder, writeResults } from './replay/results.ts'
import { warningsOf } from './replay/warnings.ts'
import { summaryText } from './replay/summary-text.ts'

interface ReplayOptions {
  readonly input: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly set: Readonly<Record<string, string>>
  readonly out: string
  readonly json?: true
}

export function registerReplay(program: Command, io: Io): void {
  program
    .command('replay')
    .summary('run history through a topology')
    .description(
      'Runs history to its end. The folder then holds <topic>.jsonl, digest.json, summary.json ' +
        'and, where there are any, dead-letters.jsonl.',
    )
    .argument('[file]', 'the topology')
    .requiredOption(
      '--input <topic=path...>',
      'history of a topic: .csv, .jsonl or .avro, also .gz; several files follow each other',
      (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
    )
    .requiredOption('--out <folder>', 'where the results go')
    .option('--from <time>', 'only what was available at or after this time')
    .option('--to <time>', 'only what was available before this time')
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .addOption(new Option('--format <format>', 'of the topics').choices(['jsonl']).default('jsonl'))
    .addOption(
      new Option('--engine <engine>', 'what runs it').choices(['reference']).default('reference'),
    )
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace replay apps/forex/topology.yaml \\\n' +
        '    --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz --out out/forex',
    )
    .action(async (first: string | undefined, given: ReplayOptions) => {
      // `--input a=x b=y` takes all that follows, so the topology may have ended up there.
      const file = first ?? given.input.find((each) => !each.includes('='))
      if (file === undefined) throw new FileProblem('name the topology to replay')
      const options = { ...given, input: given.input.filter((each) => each !== file) }
      const plan = planOrFail(file, io, { set: options.set })
      if (plan !== undefined) await replay(plan, options, io)
    })
}

async function replay(plan: Plan, options: ReplayOptions, io: Io): Promise<void> {
  const began = performance.now()
  const range = { from: timeOf('--from', options.from), to: timeOf('--to', options.to) }
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw new FileProblem('--from is not before --to, so there is nothing to replay')
  }
  makeFolder(options.out)
  const histories = await readAll(plan, options.input, io)
  const inputs = new Map([...histories].map(([name, { items }]) => [name, items]))
  const result = runReference({ plan, operators, inputs, range })
  const elapsedMs = performance.now() - began
  const replayed = { plan, histories, result, ...range, elapsedMs }
  const summary = await writeResults(options.out, replayed)
  for (const warning of warningsOf(replayed)) io.err(`warning: ${warning}\n`)
  io.out(
    options.json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(replayed, options.out),
  )
}

async function readAll(
  plan: Plan,
  pairs: readonly string[],
  io: Io,
): Promise<ReadonlyMap<string, TopicHistory>> {
  const files = filesByTopic(pairs, plan)
  const histories = new Map<string, TopicHistory>()
  let records = 0
  for (const [name, topic] of plan.topics) {
    if (!topic.isInput) continue
    const paths = files.get(name)
    if (paths === undefined) {
      io.err(`topic "${name}" has no --input and is empty\n`)
      continue
    }
    const history = await readHistory(topic, paths, (read) => {
      records += read
      if (io.isTerminal) io.err(`\rread ${records.toLocaleString('en')} records`)
    })
    histories.set(name, history)
  }
  if (io.isTerminal) io.err('\r\u001b[K')
  return histories
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = parseTime(text)
  if (time === undefined) {
    throw new FileProblem(
      `${option} "${text}" is no time; write 2024-01-31T12:00:00Z or epoch s, ms or us`,
    )
  }
  return time
}
