// millrace halt|resume|flatten|reset FILE --log LOG: gives a command to a desk by appending it to
// the control topic of its topology. It stands on the log, so every replay obeys it again.
import type { Command } from 'commander'
import { EngineError } from '../topology/engine-error.ts'
import { EVERY_ACCOUNT } from '../operators/every-account.ts'
import {
  appendCommand,
  type Command as Given,
  CommandProblem,
  type Word,
} from '../runtime/control/append-command.ts'
import { findControlTopic } from '../runtime/control/control-topic.ts'
import { unknownAccount } from '../runtime/control/known-accounts.ts'
import { makeLayout } from '../runtime/layout.ts'
import { presentTime, processPace } from '../runtime/pace.ts'
import { prepareLog } from '../runtime/prepare-log.ts'
import { printable } from '../topology/printable.ts'
import type { Plan, PlannedTopic } from '../topology/plan.ts'
import { dropCommand, inboxFolder, isWatched } from './control/inbox.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  type LogAccess,
  logAccessOrFail,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openExistingLog, openLastingLog } from './log/open-log.ts'
import { instant } from './tap/record-lines.ts'
import { timeOption } from './time-option.ts'

interface ControlOptions extends LogOptions {
  readonly account: string
  readonly symbol?: string
  readonly by?: string
  readonly at?: number
  readonly json?: true
}

const ABOUT: Readonly<Record<Word, { readonly summary: string; readonly does: string }>> = {
  halt: {
    summary: 'let a desk take no more orders',
    does: 'The risk gate rejects every order from then on, and open ones are cancelled.',
  },
  resume: {
    summary: 'let a desk take orders again',
    does: 'Takes back a halt or a flatten. Of the commands that speak of an order the last holds.',
  },
  flatten: {
    summary: 'halt a desk and close its positions',
    does: 'Halts, and sends one closing order for each position.',
  },
  reset: {
    summary: 'let go of the drawdown latch and the loss breaker',
    does:
      'Orders may pass again. Drawdown is measured from the highest equity since, so the latch ' +
      'holds once more when as much is lost anew.',
  },
}

const WHEN =
  'The command is one record of the control topic: the input of the topology whose schema is ' +
  'trading/Control. Its time is now, and it holds for what becomes known after that: over a ' +
  'history, give its time with --at. Where a run is going on on the log, the run writes it; one ' +
  'with --until-idle takes none. A topic that is silent holds up a run without live sources that ' +
  'does not end, so declare `idle: 1s` on it there.'

export function registerControl(program: Command, io: Io): void {
  for (const word of ['halt', 'resume', 'flatten', 'reset'] as const) {
    const { summary, does } = ABOUT[word]
    const command = program
      .command(word)
      .summary(summary)
      .description(`${does}\n\n${WHEN}`)
      .argument('<file>', 'the topology')
      .addOption(logOption('where it runs'))
      .addOption(registryOption())
      .addOption(environmentOption())
      .option('--account <account>', 'the account; else all', accountOption, EVERY_ACCOUNT)
    // A latch is the account's, whatever it trades.
    if (word !== 'reset') command.option('--symbol <symbol>', 'the instrument; else all')
    command
      .option('--by <text>', 'who gives it, for the record')
      .option(
        '--at <time>',
        'when it is given, such as 2024-01-31T12:00:00Z; else now',
        timeOption('--at'),
      )
      .option('--json', 'print what was written as JSON')
      .addHelpText(
        'after',
        `\nExample:\n  millrace ${word} apps/crypto/topology.yaml --log embedded:data/log ` +
          `--account a1 --by 'risk desk'`,
      )
      .action(async (file: string, options: ControlOptions) => {
        const plan = planOrFail(file, io)
        if (plan === undefined) return
        const access = logAccessOrFail(options, io)
        if (access !== undefined) await give(word, { plan, access, io }, options)
      })
  }
}

function accountOption(text: string): string {
  if (text.trim() !== '') return text
  throw new FileProblem('--account names no account; leave it out for all')
}

async function give(command: Word, desk: Desk, options: ControlOptions): Promise<void> {
  const { plan, io } = desk
  const { topic, problem } = findControlTopic(plan)
  if (problem !== undefined) throw new FileProblem(problem)
  const { account, symbol = null, by = null, at: time = presentTime() } = options
  const given: Given = { command, account, symbol, time, by }
  const where = await appendOrHandOver(given, topic, desk)
  if (options.json) io.out(`${JSON.stringify({ ...given, topic: topic.topic, ...where })}\n`)
  else io.out(`${printable(textOf(given, topic, where))}\n`)
  if (account !== EVERY_ACCOUNT) await warnOfUnknown(account, desk)
}

function textOf({ command, account, symbol, time }: Given, topic: PlannedTopic, where: Written) {
  const whom = account === EVERY_ACCOUNT ? 'all accounts' : account
  const what = symbol === null ? whom : `${symbol} of ${whom}`
  const how = where.partition === null ? 'by the run that is going on' : `/${where.partition}`
  const place = where.partition === null ? `${topic.topic} ${how}` : `${topic.topic}${how}`
  return `${command} ${what} at ${instant(time)}: written to ${place} of ${where.log}`
}

/** When the command is given: nothing that this may find holds it up. */
async function warnOfUnknown(account: string, { plan, access, io }: Desk): Promise<void> {
  const log = await openLastingLog(access, 'read', 'a command')
  try {
    const problem = await unknownAccount(plan, log, account)
    if (problem !== undefined) io.err(`${printable(problem)}\n`)
  } finally {
    await log.close()
  }
}

interface Written {
  readonly log: string
  /** Null where the run that has the log has written it. */
  readonly partition: number | null
}

interface Desk {
  readonly plan: Plan
  readonly access: LogAccess
  readonly io: Io
}

/** An embedded log has one writer: a run that is going on takes commands through its inbox. */
async function appendOrHandOver(
  given: Given,
  topic: PlannedTopic,
  { plan, access, io }: Desk,
): Promise<Written> {
  try {
    const log = await openExistingLog(access, given.command)
    try {
      // What is wrong with other topics keeps nobody from halting.
      const layout = makeLayout(plan)
      const topics = layout.topics.filter(({ name }) => name === topic.topic)
      await prepareLog({ ...layout, topics }, log)
      const producer = await log.producer(`control-${topic.topic}`)
      try {
        const { partition } = await appendCommand(producer, topic, given)
        return { log: log.name, partition }
      } finally {
        await producer.close()
      }
    } finally {
      await log.close()
    }
  } catch (error) {
    if (error instanceof CommandProblem) throw new FileProblem(error.message)
    const isInUse = error instanceof EngineError && error.code === 'log-in-use'
    if (!isInUse || access.address.kind !== 'embedded') throw error
    if (await handOver(given, inboxFolder(access.address.folder, plan.topology))) {
      return { log: access.name, partition: null }
    }
    io.err(
      `${given.command} was not given: who has the log open takes no commands; a run of this ` +
        'topology does, unless it is one with --until-idle\n',
    )
    throw error
  }
}

const LOOK_EVERY_MS = 50
const MOST_WAIT_MS = 10_000

/** False: whoever has the log takes no commands. */
async function handOver(given: Given, folder: string): Promise<boolean> {
  if (!isWatched(folder)) return false
  const dropped = dropCommand(folder, given)
  const began = processPace.now()
  try {
    while (!dropped.isTaken()) {
      if (processPace.now() - began > MOST_WAIT_MS && dropped.takeBack()) return false
      await processPace.pause(LOOK_EVERY_MS)
    }
    return true
  } catch (error) {
    throw error instanceof CommandProblem ? new FileProblem(error.message) : error
  }
}
