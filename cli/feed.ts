// millrace feed PATH... --log LOG: brings files and captures onto a log, as fast as they can be
// read or at a rate. What was committed stays, whatever happens after.
import type { Command } from 'commander'
import { processPace } from '../runtime/pace.ts'
import { capturePath } from './capture-routes.ts'
import { captureTargets, feedCaptures } from './feed/feed-captures.ts'
import { feedFiles } from './feed/feed-files.ts'
import { findTarget, type Stated } from './feed/find-target.ts'
import { requireFile } from './history-files.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  logAccessOrFail,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openLastingLog } from './log/open-log.ts'

interface FeedOptions extends Stated, LogOptions {
  readonly rate?: number
  readonly fromTopology?: string
  readonly json?: true
}

export function registerFeed(program: Command, io: Io): void {
  program
    .command('feed')
    .summary('bring files onto a log')
    .description(
      'Appends the records of files to a topic: .csv, .jsonl or .avro, also .gz or .br. Several ' +
        'files follow each other. Feeding a file twice appends its records twice.\n\n' +
        'binance:PATH is a capture of raw messages, a line each: when it was received in ' +
        'nanoseconds, a space, the message. It fills the topics of market/Trade, market/Depth ' +
        'and market/Quote that --from-topology declares as inputs, or the one of --topic. ' +
        'Several are merged by when their messages were received.\n\n' +
        'What the log knows of the topic counts. A new topic needs --schema or --from-topology.\n' +
        'Ctrl-C commits what was read, says how far that was, and exits with 130.',
    )
    .argument('<path...>', 'files, in the order of their time, or captures as binance:PATH')
    .addOption(logOption('where to'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--topic <topic>', "the topic on the log; else the file's name up to its first dot")
    .option('--schema <file>', 'of a new topic: an .avsc file, or a built-in such as market/Quote')
    .option('--from-topology <file>', 'a topology that declares the topic')
    .option('--key <fields>', 'of a new topic: a field, or several with commas; else it has none')
    .option('--time <field>', 'of a new topic: the field of the event time; else "time"')
    .option('--available <field>', 'of a new topic: the field that says when it could be known')
    .option('--delay <duration>', 'of a new topic: added to the event time where no field says so')
    .option('--partitions <n>', 'of a new topic; else 1', wholeNumber('--partitions', 10_000))
    .option('--rate <n>', 'records a second; else as fast as possible', rateOf)
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace feed quotes.csv.gz --log embedded:data/log --schema market/Quote ' +
        '--key symbol --topic quotes\n' +
        '  millrace feed today.csv --log embedded:data/log --topic quotes --rate 500\n' +
        '  millrace feed binance:capture.raw.gz --log embedded:data/log ' +
        '--from-topology topology.yaml',
    )
    .action((paths: readonly string[], options: FeedOptions) => feed(paths, options, io))
}

async function feed(paths: readonly string[], options: FeedOptions, io: Io): Promise<void> {
  const captures = paths.flatMap((path) => capturePath(path) ?? [])
  if (captures.length > 0 && captures.length < paths.length) {
    throw new FileProblem('feed captures (binance:PATH) and other files one after the other')
  }
  if (captures.length > 0) for (const path of captures) requireFile(path)
  else for (const path of paths) requirePath(path)
  const { fromTopology } = options
  const plan = fromTopology === undefined ? undefined : planOrFail(fromTopology, io)
  if (fromTopology !== undefined && plan === undefined) return
  const access = logAccessOrFail(options, io)
  if (access === undefined) return
  const log = await openLastingLog(access, 'write', 'feed')
  try {
    const feeding = { log, options, io, pace: processPace }
    if (captures.length > 0) {
      await feedCaptures(captures, await captureTargets(log, captures, options, plan), feeding)
    } else {
      await feedFiles(paths, await findTarget(log, paths, options, plan), feeding)
    }
  } finally {
    await log.close()
  }
}

function requirePath(path: string): void {
  const connector = /^([A-Za-z][\w-]+):/.exec(path)?.[1]
  try {
    requireFile(path)
  } catch (error) {
    if (connector === undefined) throw error
    throw new FileProblem(
      `there is no connector "${connector}": this version has binance and feeds files; ` +
        `if ${path} is one, write ./${path}`,
    )
  }
}

function wholeNumber(option: string, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
    throw new FileProblem(`${option} "${text}" is no whole number from 1 to ${most}`)
  }
}

function rateOf(text: string): number {
  const rate = Number(text)
  if (text.trim() !== '' && Number.isFinite(rate) && rate > 0) return rate
  throw new FileProblem(`--rate "${text}" is no number above 0; write records a second, or nothing`)
}
