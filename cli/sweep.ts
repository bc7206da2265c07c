// millrace sweep FILE: runs a history with many values of its parameters, and shows which did best.
// Every set is run by the engine's own tasks, and gives what a replay with these values gives.
import type { Command } from 'commander'
import { processPace } from '../runtime/pace.ts'
import { countRecords, cutInputs, encodeInputs } from '../runtime/verify/encoded-inputs.ts'
import { renderDiagnostics } from '../topology/render.ts'
import {
  addHistoryOptions,
  type History,
  type HistoryOptions,
  historyOrFail,
} from './history-options.ts'
import type { Io } from './io.ts'
import { FileProblem } from './load-topology.ts'
import { readingProgress } from './replay/inputs.ts'
import { FORMS, objectiveOf } from './sweep/objective.ts'
import { collectGrid, type Grid } from './sweep/parameter-grid.ts'
import { planSets } from './sweep/plan-sets.ts'
import { runSets } from './sweep/run-sets.ts'
import { sortRan, sweepCsv, sweepJson, type SweepResults, sweepText } from './sweep/sweep-text.ts'
import { readHistories } from './verify/histories.ts'
import { wholeNumber } from './whole-number.ts'

interface SweepOptions extends HistoryOptions {
  readonly param?: Grid
  readonly objective?: string
  readonly ascending?: true
  readonly workers: number
  readonly top: number
  readonly csv?: true
  readonly json?: true
}

export function registerSweep(program: Command, io: Io): void {
  const command = program
    .command('sweep')
    .summary('run a history with many values of its parameters')
    .description(
      'Runs the history once for each combination of the values that --param gives, and sorts ' +
        'the results. Sets that break a require: of the topology are left out.\n' +
        'The history is read once and held in memory. Exit 0: every set ran to its end. 1: one ' +
        'was stopped by a record.',
    )
  addHistoryOptions(command, 'sweep')
    .option(
      '--param <name=values>',
      'values of a parameter: 5..50:5, a range and its step, or 5,8,13 (repeatable)',
      collectGrid,
    )
    .option(
      '--objective <fold>',
      `what it is sorted by: ${FORMS}; last adds up the last values of all keys. Else the equity ` +
        'that the topology writes, or how many records it writes to its last topic',
    )
    .option('--ascending', 'the least first')
    .option(
      '--workers <n>',
      'threads, each with its copy of the history',
      wholeNumber('--workers', 1, 64),
      1,
    )
    .option('--top <n>', 'so many in the table', wholeNumber('--top', 1, 1_000_000), 20)
    .option('--csv', 'print all as CSV, with digests')
    .option('--json', 'print all as JSON, with digests')
    .addHelpText(
      'after',
      '\nExample:\n  millrace sweep apps/forex/topology.yaml --param fast=5..20:5 \\\n' +
        '    --param slow=26,50 --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz \\\n' +
        "    --objective 'count(signals)'",
    )
    .action(async (first: string | undefined, given: SweepOptions) => {
      if (given.param === undefined) {
        throw new FileProblem('no values are given to try; add --param NAME=FROM..TO:STEP')
      }
      if (given.csv && given.json) throw new FileProblem('--csv and --json: one of them')
      const history = historyOrFail(first, given, io, 'sweep')
      if (history !== undefined) await sweep(history, given.param, given, io)
    })
}

async function sweep(history: History, grid: Grid, options: SweepOptions, io: Io): Promise<void> {
  const { file, set: fixed, from, to } = history
  const both = [...grid.keys()].find((name) => Object.hasOwn(fixed, name))
  if (both !== undefined) throw new FileProblem(`${both} is in --param and --set; leave one out`)
  const { plan, sets, skipped, diagnostics } = planSets(file, fixed, grid)
  if (diagnostics.length > 0) {
    io.err(`${renderDiagnostics(diagnostics, { colour: io.isTerminal })}\n`)
  }
  if (plan === undefined) {
    if (diagnostics.length === 0) io.err('error: every set breaks a require: of the topology\n')
    io.fail(1)
    return
  }
  const objective = objectiveOf(options.objective, plan)
  const reading = readingProgress(io)
  const say = (line: string): void => io.err(`${line}\n`)
  const histories = await readHistories(plan, history.input, { progress: reading.add, say })
  reading.close()
  const inputs = cutInputs(encodeInputs(plan, histories), { from, to })
  let done = 0
  const began = processPace.now()
  const ran = await runSets(
    { file, fixed, inputs, objective },
    {
      sets,
      workers: options.workers,
      onRan: () => {
        done += 1
        if (io.isTerminal) io.err(`\r${done} of ${sets.length} sets`)
      },
    },
  )
  if (io.isTerminal) io.err('\r\u001b[K')
  const results: SweepResults = {
    topology: plan.topology,
    ...{ objective, skipped, records: countRecords(inputs) },
    ran: sortRan(ran, options.ascending ?? false),
    elapsedMs: processPace.now() - began,
  }
  if (ran.some(({ result }) => 'stopped' in result)) io.fail(1)
  io.out(textOf(results, options))
}

function textOf(results: SweepResults, { csv, json, top }: SweepOptions): string {
  if (csv) return sweepCsv(results)
  return json ? `${JSON.stringify(sweepJson(results), null, 2)}\n` : sweepText(results, top)
}
