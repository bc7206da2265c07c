// millrace verify FILE: runs a history many ways, and shows that the answer is the same each time.
import type { Command } from 'commander'
import { operators } from '../operators/index.ts'
import { type Verdict, verify } from '../runtime/verify/verify.ts'
import type { Plan } from '../topology/plan.ts'
import {
  addHistoryOptions,
  type History,
  type HistoryOptions,
  historyOrFail,
} from './history-options.ts'
import type { Io } from './io.ts'
import { planOrFail } from './load-topology.ts'
import { readingProgress } from './replay/inputs.ts'
import { runElsewhere } from './verify/elsewhere.ts'
import { type Portion, readHistories } from './verify/histories.ts'
import { verdictJson, verdictText } from './verify/verdict-text.ts'
import { wholeNumber } from './whole-number.ts'

interface VerifyOptions extends HistoryOptions, Pick<Portion, 'records'> {
  readonly seeds: number
  readonly json?: true
}

const USUAL_SEEDS = 5

export function registerVerify(program: Command, io: Io): void {
  const command = program
    .command('verify')
    .summary('show that the answer depends on the input alone')
    .description(
      'Runs the same history by the reference interpreter and then by the engine: with other ' +
        'sizes of commits and fetches, other intervals, more workers, crashes and faults of the ' +
        'log in the middle of commits, in another time zone at another time, and cut at random ' +
        'moments, where what was given before must stay as it was (no look-ahead). Where records ' +
        'say when they were received and their topic does not, also as if known only then.\n\n' +
        'Each is to give the same digest for every topic that is written. Where one does not, ' +
        'the earliest step that differs is named, with its first record and both values. ' +
        'Exit 0: all agree. 1: one differs.',
    )
  addHistoryOptions(command, 'verify')
    .option(
      '--seeds <n>',
      'cuts, crashing runs and failing runs, of each so many',
      wholeNumber('--seeds', 0, 100_000),
      USUAL_SEEDS,
    )
    .option(
      '--records <n>',
      'run only the first records, by when they were available; else all',
      wholeNumber('--records', 1, Number.MAX_SAFE_INTEGER),
    )
    .option('--json', 'print the verdicts as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace verify apps/forex/topology.yaml --records 20000 \\\n' +
        '    --input quotes=apps/forex/data/oanda-eurusd-20140501.csv.gz',
    )
    .action(async (first: string | undefined, given: VerifyOptions) => {
      const history = historyOrFail(first, given, io, 'verify')
      if (history === undefined) return
      const plan = planOrFail(history.file, io, { set: history.set })
      if (plan !== undefined) await verifyPlan(plan, history, given, io)
    })
}

async function verifyPlan(
  plan: Plan,
  history: History,
  { records, seeds, json }: VerifyOptions,
  io: Io,
): Promise<void> {
  const { file, input, from, to, set } = history
  const progress = readingProgress(io)
  const inputs = await readHistories(plan, input, {
    progress: progress.add,
    say: (line) => {
      progress.close()
      io.err(`${line}\n`)
    },
  })
  progress.close()
  for (const { name, isInput } of plan.topics.values()) {
    if (isInput && !inputs.has(name)) io.err(`topic "${name}" has no --input and is empty\n`)
  }
  const portion = {
    input,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(records !== undefined && { records }),
  }
  const verdicts: Verdict[] = []
  const verified = await verify({
    plan,
    operators,
    inputs,
    range: { from, to },
    records,
    seeds,
    elsewhere: (wanted) => runElsewhere({ file, set, portion, wanted }),
    onBegin: (count) => {
      if (!json) io.out(`every run takes ${count.toLocaleString('en')} records\n`)
    },
    onTrial: (check, trial) => {
      if (io.isTerminal) io.err(`\r\u001b[K...      ${check.name}: ${trial.label}`)
    },
    onVerdict: (verdict) => {
      verdicts.push(verdict)
      if (io.isTerminal) io.err('\r\u001b[K')
      if (!json) io.out(`${verdictText(verdict)}\n`)
    },
  })
  const wrong = verdicts.filter(({ difference }) => difference !== undefined).length
  if (wrong > 0) io.fail(1)
  const { digests, empty } = verified
  warnOfEmpty(empty, io)
  if (json) {
    const checks = verdicts.map(verdictJson)
    const about = { topology: plan.topology, records: verified.records, ok: wrong === 0 }
    const all = { ...about, digests: Object.fromEntries(digests), empty, checks }
    io.out(`${JSON.stringify(all, null, 2)}\n`)
    return
  }
  for (const [topic, digest] of digests) io.out(`digest of ${topic}: ${digest}\n`)
  io.out(wrong === 0 ? `all ${verdicts.length} runs agree\n` : `${wrong} of them differ\n`)
}

function warnOfEmpty(topics: readonly string[], io: Io): void {
  if (topics.length === 0) return
  const what = `nothing was written to ${topics.join(', ')}, so nothing of it was compared`
  io.err(`warning: ${what}; take more of the history\n`)
}
