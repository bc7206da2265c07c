// millrace feed PATH... --log LOG: brings files onto a log, as fast as they can be read or at a
// rate. What was committed stays, whatever happens after.
import type { Command } from 'commander'
import type { Log } from '../connectors/connector.ts'
import { createFeeder, type Feeder } from '../connectors/feed/feeder.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import { type Pace, processPace } from '../runtime/pace.ts'
import { findTarget, type Stated, type Target } from './feed/find-target.ts'
import { paced } from './feed/paced.ts'
import { readFiles, requireFile } from './history-files.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import { openLastingLog } from './open-log.ts'
import { listenForStop, type StopSignal } from './stop-signal.ts'
import { inputTopic } from './topic-about.ts'

interface FeedOptions extends Stated {
  readonly log: string
  readonly rate?: number
  readonly fromTopology?: string
  readonly json?: true
}

export function registerFeed(program: Command, io: Io): void {
  program
    .command('feed')
    .summary('bring files onto a log')
    .description(
      'Appends the records of files to a topic: .csv, .jsonl or .avro, also .gz. Several files ' +
        'follow each other. Feeding a file twice appends its records twice.\n\n' +
        'What the log knows of the topic counts. A new topic needs --schema or --from-topology.\n' +
        'Ctrl-C commits what was read, says how far that was, and exits with 130.',
    )
    .argument('<path...>', 'files, in the order of their time')
    .requiredOption('--log <log>', 'where to: embedded:DIR')
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
        '  millrace feed today.csv --log embedded:data/log --topic quotes --rate 500',
    )
    .action(async (paths: readonly string[], options: FeedOptions) => {
      for (const path of paths) requirePath(path)
      const { fromTopology } = options
      const plan = fromTopology === undefined ? undefined : planOrFail(fromTopology, io)
      if (fromTopology !== undefined && plan === undefined) return
      const log = await openLastingLog(options.log, 'write', 'feed')
      try {
        const target = await findTarget(log, paths, options, plan)
        await feed({ log, paths, target, options, io, pace: processPace })
      } finally {
        await log.close()
      }
    })
}

function requirePath(path: string): void {
  const connector = /^([A-Za-z][\w-]+):/.exec(path)?.[1]
  try {
    requireFile(path)
  } catch (error) {
    if (connector === undefined) throw error
    throw new FileProblem(
      `there is no connector "${connector}": this version has none and feeds files; ` +
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

interface Feeding {
  readonly log: Log
  readonly paths: readonly string[]
  readonly target: Target
  readonly options: FeedOptions
  readonly io: Io
  readonly pace: Pace
}

/** What the loop over the files leaves behind. */
interface Fed {
  readonly ignored: Map<string, number>
  last: InputItem | undefined
  firstBad: Extract<InputItem, { readonly kind: 'bad' }> | undefined
}

async function feed(feeding: Feeding): Promise<void> {
  const { log, target, io, pace } = feeding
  const { name, partitions, about } = target
  const began = pace.now()
  const producer = await log.producer(`feed-${name}`)
  const topic = { topic: name, schema: about.schema, key: about.key }
  const feeder = createFeeder({ producer, topic, partitions })
  const fed: Fed = { ignored: new Map(), last: undefined, firstBad: undefined }
  const stop = listenForStop()
  try {
    await addAll(feeding, feeder, stop, fed)
    if (!stop.signal.aborted && !target.isTimeGuessed && Number.isFinite(feeder.clock)) {
      await feeder.add([{ kind: 'heartbeat', available: feeder.clock }])
    }
    await feeder.flush()
  } catch (error) {
    const rows = feeder.records + feeder.bad
    const again = 'are on the log and stay there; feeding the file again adds them again'
    if (rows > 0) io.err(`${count(rows)} records ${again}\n`)
    throw error
  } finally {
    stop.release()
    if (io.isTerminal) io.err('\r\u001b[K')
    await producer.close()
  }
  report(feeding, feeder, stop, fed, (pace.now() - began) / 1000)
}

async function addAll(
  { paths, target, options, io, pace }: Feeding,
  feeder: Feeder,
  { signal }: StopSignal,
  fed: Fed,
): Promise<void> {
  const { rate } = options
  const read = readFiles(paths, inputTopic(target.name, target.about), fed.ignored)
  for await (const items of rate === undefined ? read : paced(read, { rate, pace, signal })) {
    await feeder.add(items)
    if (rate !== undefined) await feeder.flush()
    fed.last = items.at(-1) ?? fed.last
    fed.firstBad ??= items.find((item) => item.kind === 'bad')
    if (io.isTerminal) io.err(`\r${count(feeder.records)} records`)
    if (signal.aborted) return
  }
}

function report(
  { target, options, log, io }: Feeding,
  { records, bad, clock }: Feeder,
  stop: StopSignal,
  { ignored, last, firstBad }: Fed,
  seconds: number,
): void {
  const { name, partitions } = target
  const isStopped = stop.signal.aborted
  if (bad > 0) {
    const first = firstBad && `, the first at ${firstBad.place}: ${firstBad.reason}`
    io.err(`warning: ${count(bad)} records could not be read${first ?? ''}\n`)
  }
  if (ignored.size > 0) {
    io.err(`warning: the schema has no ${[...ignored.keys()].join(', ')}; left out\n`)
  }
  if (isStopped) {
    const place = last === undefined || last.kind === 'heartbeat' ? '' : ` after ${last.place}`
    io.err(`stopped${place}; what is before that is on the log\n`)
    io.fail(stop.exitCode())
  }
  const rate = Math.round((records + bad) / Math.max(seconds, 0.001))
  const end = Number.isFinite(clock) ? clock : null
  const summary = { topic: name, log: log.name, records, bad, partitions, seconds, rate }
  io.out(
    options.json
      ? `${JSON.stringify({ ...summary, clock: end, stopped: isStopped })}\n`
      : `${name}: ${count(records)} records, ${count(bad)} bad, ${count(partitions)} ` +
          `partitions, ${seconds.toFixed(1)} s, ${count(rate)} records/s\n`,
  )
}

function count(number: number): string {
  return number.toLocaleString('en')
}
