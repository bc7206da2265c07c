// millrace replay FILE: runs history to its end and writes what the topology would have written.
import type { Command } from 'commander'
import { Option } from 'commander'
import { makeLayout } from '../runtime/layout.ts'
import { processPace } from '../runtime/pace.ts'
import type { Plan } from '../topology/plan.ts'
import {
  addHistoryOptions,
  type History,
  type HistoryOptions,
  historyOrFail,
  historyWords,
} from './history-options.ts'
import type { Io } from './io.ts'
import { planOrFail } from './load-topology.ts'
import { registryOption } from './log/log-access.ts'
import { filledTopics, inputsOf } from './replay/input-words.ts'
import { openReplayLog } from './replay/replay-log.ts'
import type { Replayed } from './replay/replayed.ts'
import { clearResults, keepInputs, makeOut, writeResults } from './replay/results.ts'
import { runEngine } from './replay/run-engine.ts'
import { runReference } from './replay/run-reference.ts'
import { summaryText } from './replay/summary-text.ts'
import { FORMATS, type TopicFormat } from './replay/topic-file.ts'
import { warningsOf } from './replay/warnings.ts'
import { wholeNumber } from './whole-number.ts'

interface ReplayOptions extends HistoryOptions {
  readonly out: string
  readonly format: TopicFormat
  readonly engine: 'engine' | 'reference'
  readonly workers: number
  readonly json?: true
}

export function registerReplay(program: Command, io: Io): void {
  const command = program
    .command('replay')
    .summary('run history through a topology')
    .description(
      'Runs history to its end. The folder then holds <topic>.<format>, digest.json, ' +
        'summary.json, report.html and, where there are any, dead-letters.jsonl. In its `log` ' +
        'is the log that the engine ran on, for tap; the next replay removes it. A replay that ' +
        'stops before its end leaves no results.',
    )
  addHistoryOptions(command, 'replay')
    .requiredOption('--out <folder>', 'where the results go')
    .addOption(new Option('--format <format>', 'of the topics').choices(FORMATS).default('jsonl'))
    .addOption(
      new Option('--engine <engine>', 'what runs it; the reference holds all in memory')
        .choices(['engine', 'reference'])
        .default('engine'),
    )
    .option('--workers <n>', 'threads of the engine', wholeNumber('--workers', 1, 64), 1)
    .addOption(registryOption())
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace replay apps/forex/topology.yaml \\\n' +
        '    --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz --out out/forex\n' +
        '  millrace replay apps/crypto/topology.yaml --env apps/crypto/history.yaml \\\n' +
        '    --out out/crypto',
    )
    .action(async (first: string | undefined, given: ReplayOptions) => {
      const history = historyOrFail(first, given, io, 'replay')
      if (history === undefined) return
      const plan = planOrFail(history.file, io, { set: history.set })
      if (plan !== undefined) await replay(plan, history, given, io)
    })
}

async function replay(plan: Plan, history: History, options: ReplayOptions, io: Io): Promise<void> {
  const { file, input, from, to, set } = history
  const began = processPace.now()
  const range = { from, to }
  const { out, engine, json, format } = options
  makeOut(out)
  const inputs = inputsOf(input, plan, history)
  keepInputs(out, { plan, format }, inputs)
  const filled = filledTopics(inputs)
  for (const { name, isInput } of plan.topics.values()) {
    if (isInput && !filled.has(name)) io.err(`topic "${name}" has no --input and is empty\n`)
  }
  const workers = Math.min(options.workers, makeLayout(plan).slots)
  const logs = engine === 'engine' ? await openReplayLog(out, workers) : undefined
  let isWriting = false
  try {
    clearResults(out, { plan, format })
    const parts = { plan, inputs, range, io }
    const ran =
      logs === undefined
        ? await runReference(parts)
        : await runEngine({ ...parts, file, set, logs })
    const elapsedMs = processPace.now() - began
    const about = { plan, file, set, inputs, format }
    const replayed: Replayed = { ...about, engine, ...ran, ...range, elapsedMs }
    isWriting = true
    const results = await writeResults(out, replayed)
    for (const warning of warningsOf(replayed, results.tally)) io.err(`warning: ${warning}\n`)
    const told = { folder: out, history: historyWords(history, options.env) }
    io.out(
      json ? `${JSON.stringify(results.summary, null, 2)}\n` : summaryText(replayed, results, told),
    )
  } catch (error) {
    // Some were written before the disk was full.
    if (isWriting) clearResults(out, { plan, format })
    const where = logs === undefined ? '' : `; what was committed before it is in ${out}/log`
    io.err(`the replay has not come to its end and leaves no results${where}\n`)
    throw error
  } finally {
    await logs?.close()
  }
}
