// millrace dead-letters list|show|send: what met a fate of `dead-letter`, why, and a second chance.
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Log } from '../connectors/connector.ts'
import type { DeadLetterRecord } from '../runtime/dead-letter.ts'
import { letterJson } from '../runtime/dead-letters/letter-json.ts'
import { planSending, sendRecords } from '../runtime/dead-letters/send-letters.ts'
import {
  coordinatesOf,
  letterBounds,
  sentAgain,
  storedLetters,
  type StoredLetter,
} from '../runtime/dead-letters/stored-letters.ts'
import type { Plan } from '../topology/plan.ts'
import { letterText, listLetters, listText } from './dead-letters/letters-text.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  logAccessOrFail,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openExistingLog, openLastingLog } from './log/open-log.ts'
import { wholeNumber } from './whole-number.ts'

interface Chosen {
  readonly step?: string
  readonly fate?: string
}

interface ListOptions extends Chosen, LogOptions {
  readonly limit: number
  readonly json?: true
}

interface SendOptions extends Chosen, LogOptions {
  readonly all?: true
  readonly dryRun?: true
  readonly again?: true
}

const USUAL_LIMIT = 50
const FATES = ['bad', 'late', 'duplicate']

export function registerDeadLetters(program: Command, io: Io): void {
  const command = program
    .command('dead-letters')
    .summary('look at records that were refused, and send them again')
    .description(
      'Records that met a fate of "dead-letter" are kept with the reason, the step and the ' +
        'place of the input record. A letter has a number that stays its own, such as 0:17.',
    )
  registerList(command, io)
  registerShow(command, io)
  registerSend(command, io)
  for (const each of command.commands) each.copyInheritedSettings(program)
}

function registerList(command: Command, io: Io): void {
  command
    .command('list')
    .summary('list them, with the commonest reasons on top')
    .argument('<file>', 'the topology')
    .addOption(logOption('where it ran'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--step <step>', 'only of this step, or input topic')
    .addOption(new Option('--fate <fate>', 'only of this fate').choices(FATES))
    .option(
      '--limit <n>',
      'at most so many lines',
      wholeNumber('--limit', 0, 1_000_000_000),
      USUAL_LIMIT,
    )
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace dead-letters list topology.yaml --log embedded:data/log --fate late',
    )
    .action(async (file: string, options: ListOptions) => {
      await withLetters(file, options, 'read', io, async (plan, log) => {
        const listed = await listLetters(chosenLetters(log, plan, options), options.limit)
        const isSent = sentTest(await sentAgain(log, plan.topology))
        if (!options.json) {
          io.out(listText(listed, isSent))
          return
        }
        const { total, reasons, shown } = listed
        const letters = shown.map((each) => letterJson(plan, each, isSent(each.letter)))
        const all = { topology: plan.topology, total, reasons, letters }
        io.out(`${JSON.stringify(all, null, 2)}\n`)
      })
    })
}

function registerShow(command: Command, io: Io): void {
  command
    .command('show')
    .summary('show all that is known of one, with its value')
    .argument('<file>', 'the topology')
    .argument('<number>', 'of the letter, as list shows it: 0:17')
    .addOption(logOption('where it ran'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace dead-letters show topology.yaml 0:17 --log embedded:data/log',
    )
    .action(async (file: string, number: string, options: LogOptions & { json?: true }) => {
      await withLetters(file, options, 'read', io, async (plan, log) => {
        const [found] = await namedLetters(log, plan, [number])
        if (found === undefined) throw new Error('no letter was found, and none refused')
        const sent = sentTest(await sentAgain(log, plan.topology))(found.letter)
        const json = options.json && `${JSON.stringify(letterJson(plan, found, sent), null, 2)}\n`
        io.out(json ?? letterText(plan, found, sent))
      })
    })
}

function registerSend(command: Command, io: Io): void {
  command
    .command('send')
    .summary('send the input records of letters again')
    .description(
      'Appends a copy of the input record to its partition. Every step that reads that topic ' +
        'sees the record again, not only the one that refused it, and it comes at the end of its ' +
        'channel: it is known only now, and late where time has moved on.\n\n' +
        'The letter stays. What was sent is remembered with the record, so that nothing is sent ' +
        'twice without --again. What came of a timer, or is gone from the log, cannot be sent.',
    )
    .argument('<file>', 'the topology')
    .argument('[number...]', 'of letters, as list shows them: 0:17')
    .addOption(logOption('where it ran; nothing may be running on an embedded one'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--all', 'all letters, or all that --step and --fate leave')
    .option('--step <step>', 'with --all: only of this step, or input topic')
    .addOption(new Option('--fate <fate>', 'with --all: only of this fate').choices(FATES))
    .option('--again', 'also what was sent before')
    .option('--dry-run', 'say what would be sent, and send nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace dead-letters send topology.yaml 0:17 --log embedded:data/log\n' +
        '  millrace dead-letters send topology.yaml --all --dry-run --log embedded:data/log',
    )
    .action(async (file: string, numbers: readonly string[], options: SendOptions) => {
      checkSend(numbers, options)
      const mode = options.dryRun ? 'read' : 'write'
      await withLetters(file, options, mode, io, (plan, log) =>
        send(log, plan, numbers, options, io),
      )
    })
}

function checkSend(numbers: readonly string[], { all, step, fate }: SendOptions): void {
  if (all && numbers.length > 0) throw new FileProblem('name letters or say --all, not both')
  if (all) return
  if (numbers.length === 0) throw new FileProblem('name the letters to send, or say --all')
  if (step !== undefined || fate !== undefined) {
    throw new FileProblem('--step and --fate choose among --all; leave them out beside numbers')
  }
}

async function send(
  log: Log,
  plan: Plan,
  numbers: readonly string[],
  options: SendOptions,
  io: Io,
): Promise<void> {
  const letters: StoredLetter[] = []
  const chosen = options.all
    ? chosenLetters(log, plan, options)
    : await namedLetters(log, plan, numbers)
  for await (const letter of chosen) letters.push(letter)
  const sent = options.again ? new Map<string, string>() : await sentAgain(log, plan.topology)
  const sending = await planSending(log, plan, letters, sent)
  for (const { number, reason, wasSent } of sending.refused) {
    const repair = wasSent ? '; add --again to send it once more' : ''
    io.err(`${number} is not sent: ${reason}${repair}\n`)
  }
  // Of all letters some can never be sent; of those that were named each was wanted.
  if (sending.refused.length > 0 && !options.all) io.fail(1)
  if (options.dryRun) {
    for (const { coordinates, numbers: of } of sending.records) {
      io.out(`would send ${coordinates} for ${of.join(', ')}\n`)
    }
    return
  }
  const count = await sendRecords(log, plan.topology, sending)
  const of = sending.records.reduce((sum, record) => sum + record.numbers.length, 0)
  io.out(`sent ${count} records of ${of} letters\n`)
}

/** Opens the log, and closes it whatever happens. */
async function withLetters(
  file: string,
  options: LogOptions,
  mode: 'read' | 'write',
  io: Io,
  act: (plan: Plan, log: Log) => Promise<void>,
): Promise<void> {
  const plan = planOrFail(file, io)
  if (plan === undefined) return
  const access = logAccessOrFail(options, io)
  if (access === undefined) return
  const log =
    mode === 'read'
      ? await openLastingLog(access, mode, 'dead-letters')
      : await openExistingLog(access, 'dead-letters')
  try {
    await assertHasRun(log, plan)
    await act(plan, log)
  } finally {
    await log.close()
  }
}

/** @throws FileProblem */
async function assertHasRun(log: Log, { topology }: Plan): Promise<void> {
  if ((await letterBounds(log, topology)).length > 0) return
  throw new FileProblem(
    `"${topology}" has not run on ${log.name}, so there are no dead letters of it; ` +
      'a replay writes its own to dead-letters.jsonl',
  )
}

async function* chosenLetters(
  log: Log,
  { topology }: Plan,
  { step, fate }: Chosen,
): AsyncGenerator<StoredLetter, void, undefined> {
  for await (const each of storedLetters(log, topology)) {
    if (step !== undefined && each.letter.step !== step) continue
    if (fate === undefined || each.letter.fate === fate) yield each
  }
}

/** In the order of the log. @throws FileProblem for a number that no letter has. */
async function namedLetters(
  log: Log,
  { topology }: Plan,
  numbers: readonly string[],
): Promise<readonly StoredLetter[]> {
  const wanted = new Set(numbers)
  const found: StoredLetter[] = []
  for await (const each of storedLetters(log, topology)) {
    if (wanted.delete(each.number)) found.push(each)
  }
  const [missing] = wanted
  if (missing === undefined) return found
  throw new FileProblem(`there is no dead letter "${missing}"; list shows the numbers there are`)
}

function sentTest(sent: ReadonlyMap<string, string>): (letter: DeadLetterRecord) => boolean {
  return (letter) => sent.has(coordinatesOf(letter) ?? '')
}
