// millrace halt|resume|flatten|reset FILE --log LOG: gives a command to a desk by appending it to
// the control topic of its topology. It stands on the log, so every replay obeys it again.
import type { Command } from 'commander'
import type { Log } from '../connectors/connector.ts'
import { EngineError } from '../connectors/engine-error.ts'
import { createFeeder } from '../connectors/feed/feeder.ts'
import { createStamp } from '../connectors/file/stamp.ts'
import { makeLayout } from '../runtime/layout.ts'
import { presentTime } from '../runtime/pace.ts'
import { prepareLog } from '../runtime/prepare-log.ts'
import { keyBytes, keyReader, partitionOf } from '../schemas/key.ts'
import { createCodec } from '../schemas/codec.ts'
import type { Plan, PlannedTopic } from '../topology/plan.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import { openExistingLog } from './open-log.ts'
import { instant } from './tap/record-lines.ts'
import { timeOption } from './time-option.ts'

interface ControlOptions {
  readonly log: string
  readonly account: string
  readonly symbol?: string
  readonly by?: string
  readonly at?: number
  readonly json?: true
}

type Word = 'halt' | 'resume' | 'flatten' | 'reset'

const CONTROL = 'trading.Control'
const EVERY_ACCOUNT = '*'

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
  'history, give its time with --at. An embedded log has one writer, so while a run is going on ' +
  'there it takes no command: stop the run, give the command, and run again; it goes on where it ' +
  'was. A topic that is silent holds up a run that does not end, so declare `idle: 1s` on it.'

export function registerControl(program: Command, io: Io): void {
  for (const word of ['halt', 'resume', 'flatten', 'reset'] as const) {
    const { summary, does } = ABOUT[word]
    const command = program
      .command(word)
      .summary(summary)
      .description(`${does}\n\n${WHEN}`)
      .argument('<file>', 'the topology')
      .requiredOption('--log <log>', 'where it runs: embedded:DIR; nothing may be running there')
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
        if (plan !== undefined) await give(word, plan, options, io)
      })
  }
}

function accountOption(text: string): string {
  if (text.trim() !== '') return text
  throw new FileProblem('--account names no account; leave it out for all')
}

async function give(word: Word, plan: Plan, options: ControlOptions, io: Io): Promise<void> {
  const topic = controlTopic(plan)
  const log = await openForWriting(options.log, word, io)
  try {
    const { account, symbol = null, by = null, at: time = presentTime() } = options
    const value = { command: word, account, symbol, time, by }
    await prepareLog(makeLayout(plan), log)
    const partition = await append(log, topic, value)
    const written = { ...value, topic: topic.topic, partition, log: log.name }
    if (options.json) {
      io.out(`${JSON.stringify(written)}\n`)
      return
    }
    const whom = account === EVERY_ACCOUNT ? 'all accounts' : account
    const what = symbol === null ? whom : `${symbol} of ${whom}`
    const where = `${topic.topic}/${partition} of ${log.name}`
    io.out(`${word} ${what} at ${instant(time)}: written to ${where}\n`)
  } finally {
    await log.close()
  }
}

async function openForWriting(name: string, word: Word, io: Io): Promise<Log> {
  try {
    return await openExistingLog(name, word)
  } catch (error) {
    if (error instanceof EngineError && error.code === 'log-in-use') {
      io.err(
        `${word} was not given: while a run is going on, an embedded log takes no commands; ` +
          'stop it, give the command, and run again, and it goes on where it was\n',
      )
    }
    throw error
  }
}

/** The one input that holds commands. */
function controlTopic({ topology, topics }: Plan): PlannedTopic {
  const all = [...topics.values()].filter(({ record }) => record.name === CONTROL)
  const [found, other] = all.filter(({ isInput }) => isInput)
  if (found !== undefined && other === undefined) return found
  if (found !== undefined && other !== undefined) {
    throw new FileProblem(
      `"${topology}" has several control topics, "${found.name}" and "${other.name}"; ` +
        'let all its steps read one',
    )
  }
  const [written] = all
  throw new FileProblem(
    written === undefined
      ? `"${topology}" has no control topic; declare one with \`schema: trading/Control, ` +
          'key: account, time: time, table: latest, copies: all`, and name it in risk-gate'
      : `"${topology}" writes its control topic "${written.name}" itself, so it takes no ` +
          'commands; declare one that no step writes',
  )
}

/** Returns the partition. */
async function append(
  log: Log,
  topic: PlannedTopic,
  value: Readonly<Record<string, unknown>> & { readonly time: number },
): Promise<number> {
  const codec = createCodec(topic.schema)
  const stamp = createStamp(topic)
  const problem = codec.problem(value) ?? stamp.read(value, value.time, undefined)
  if (problem !== undefined) {
    throw new FileProblem(`topic "${topic.name}" cannot hold a command: ${problem}`)
  }
  const { time, available } = stamp
  const producer = await log.producer(`control-${topic.topic}`)
  try {
    const { partitions } = topic
    const feeder = createFeeder({ producer, topic, partitions })
    await feeder.add([{ kind: 'record', value, time, available, place: '' }])
    await feeder.flush()
    const key = keyReader(topic.record, topic.key)(value)
    return partitions === 1 ? 0 : partitionOf(keyBytes(key), partitions)
  } finally {
    await producer.close()
  }
}
