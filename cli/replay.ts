// millrace replay FILE: runs history to its end and writes what the topology would have written.
import type { Command } from 'commander'
import { Option } from 'commander'
import { makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import type { Plan } from '../topology/plan.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem, planOrFail } from './load-topology.ts'
import { filledTopics, inputsOf, isInputWord } from './replay/input-words.ts'
import { openReplayLog } from './replay/replay-log.ts'
import { clearResults, makeOut, type Replayed, writeResults } from './replay/results.ts'
import { runEngine } from './replay/run-engine.ts'
import { runReference } from './replay/run-reference.ts'
import { summaryText } from './replay/summary-text.ts'
import { warningsOf } from './replay/warnings.ts'
import { timeOption } from './time-option.ts'
import { wholeNumber } from './whole-number.ts'

interface ReplayOptions {
  readonly input: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly set: Readonly<Record<string, string>>
  readonly out: string
  readonly engine: 'engine' | 'reference'
  readonly workers: number
  readonly json?: true
}

export function registerReplay(program: Command, io: Io): void {
  program
    .command('replay')
    .summary('run history through a topology')
    .description(
      'Runs history to its end. The folder then holds <topic>.jsonl, digest.json, summary.json ' +
        'and, where there are any, dead-letters.jsonl. In its `log` is the log that the engine ' +
        'ran on, for tap; the next replay removes it. A replay that stops before its end leaves ' +
        'no results.',
    )
    .argument('[file]', 'the topology')
    .requiredOption(
      '--input <topic=path...>',
      'history of a topic: .csv, .jsonl or .avro, also .gz or .br; several files follow each ' +
        'other. binance:PATH is a capture, which fills the topics of its schemas; ' +
        'topic=binance:PATH fills that one',
      (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
    )
    .requiredOption('--out <folder>', 'where the results go')
    .option('--from <time>', 'only what was available at or after this time', timeOption('--from'))
    .option('--to <time>', 'only what was available before this time', timeOption('--to'))
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .addOption(new Option('--format <format>', 'of the topics').choices(['jsonl']).default('jsonl'))
    .addOption(
      new Option('--engine <engine>', 'what runs it; the reference holds all in memory')
        .choices(['engine', 'reference'])
        .default('engine'),
    )
    .option('--workers <n>', 'threads of the engine', wholeNumber('--workers', 1, 64), 1)
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace replay apps/forex/topology.yaml \\\n' +
        '    --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz --out out/forex',
    )
    .action(async (first: string | undefined, given: ReplayOptions) => {
      // `--input a=x b=y` takes all that follows, so the topology may have ended up there.
      const file = first ?? given.input.find((each) => !isInputWord(each))
      if (file === undefined) throw new FileProblem('name the topology to replay')
      const options = { ...given, input: given.input.filter((each) => each !== file) }
      const plan = planOrFail(file, io, { set: options.set })
      if (plan !== undefined) await replay(plan, file, options, io)
    })
}

async function replay(plan: Plan, file: string, options: ReplayOptions, io: Io): Promise<void> {
  const began = processPace.now()
  const range = { from: options.from, to: options.to }
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw new FileProblem('--from is not before --to, so there is nothing to replay')
  }
  const { out, engine, set, json } = options
  makeOut(out)
  const inputs = inputsOf(options.input, plan)
  const filled = filledTopics(inputs)
  for (const { name, isInput } of plan.topics.values()) {
    if (isInput && !filled.has(name)) io.err(`topic "${name}" has no --input and is empty\n`)
  }
  const workers = Math.min(options.workers, makeLayout(plan).slots)
  const logs = engine === 'engine' ? await openReplayLog(out, workers) : undefined
  try {
    clearResults(out, plan)
    const parts = { plan, inputs, range, io }
    const ran =
      logs === undefined
        ? await runReference(parts)
        : await runEngine({ ...parts, file, set, logs })
    const elapsedMs = processPace.now() - began
    const about = { plan, file, set, inputs }
    const replayed: Replayed = { ...about, engine, ...ran, ...range, elapsedMs }
    const { summary, tally } = await writeResults(out, replayed)
    for (const warning of warningsOf(replayed, tally)) io.err(`warning: ${warning}\n`)
    io.out(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(replayed, tally, out))
  } catch (error) {
    const where = logs === undefined ? '' : `; what was committed before it is in ${out}/log`
    io.err(`the replay has not come to its end and leaves no results${where}\n`)
    throw error
  } finally {
    await logs?.close()
  }
}
