// Appends to topics what a source gives, and says what came of it: a transaction every ten thousand
// rows of a topic, a heartbeat at the end, a clean stop in between.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder, type Feeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Pace } from '../../runtime/pace.ts'
import { count } from '../counts-text.ts'
import type { Io } from '../io.ts'
import { listenForStop, type StopSignal } from '../stop-signal.ts'
import type { Target } from './find-target.ts'

/** Items of one topic that follow each other. */
export interface Portion {
  readonly target: Target
  readonly items: readonly InputItem[]
}

export interface FeedSource {
  readonly targets: readonly Target[]
  /** At the feed's rate, if it has one; ends early when the signal says so. */
  readonly portions: (signal: AbortSignal) => AsyncIterable<readonly Portion[]>
  /** What people should hear of what was read, when it has been. */
  readonly warnings: () => readonly string[]
}

export interface Feeding {
  readonly log: Log
  readonly options: { readonly rate?: number; readonly json?: true }
  readonly io: Io
  readonly pace: Pace
}

/** A topic on its way onto the log. */
interface Lane {
  readonly target: Target
  readonly feeder: Feeder
  firstBad: Extract<InputItem, { readonly kind: 'bad' }> | undefined
}

/** Where the feed stands. */
interface Progress {
  /** What was read last, for who stops the feed. */
  lastPlace: string | undefined
}

export async function feedTopics(source: FeedSource, feeding: Feeding): Promise<void> {
  const { log, io, pace } = feeding
  const began = pace.now()
  const lanes: Lane[] = []
  const closing: (() => Promise<void>)[] = []
  const stop = listenForStop()
  const progress: Progress = { lastPlace: undefined }
  try {
    for (const target of source.targets) {
      const producer = await log.producer(`feed-${target.name}`)
      closing.push(producer.close)
      const { name, about, partitions } = target
      const topic = { topic: name, schema: about.schema, key: about.key }
      lanes.push({
        target,
        feeder: createFeeder({ producer, topic, partitions }),
        firstBad: undefined,
      })
    }
    await addAll(source, lanes, stop, progress, feeding)
    if (!stop.signal.aborted) await promiseEnd(lanes)
    for (const { feeder } of lanes) await feeder.flush()
  } catch (error) {
    const rows = lanes.reduce((sum, { feeder }) => sum + feeder.records + feeder.bad, 0)
    const again = 'are on the log and stay there; feeding the file again adds them again'
    if (rows > 0) io.err(`${count(rows)} records ${again}\n`)
    throw error
  } finally {
    stop.release()
    if (io.isTerminal) io.err('\r\u001b[K')
    for (const close of closing) await close()
  }
  warn(source, lanes, io)
  if (stop.signal.aborted) {
    const place = progress.lastPlace === undefined ? '' : ` after ${progress.lastPlace}`
    io.err(`stopped${place}; what is before that is on the log\n`)
    io.fail(stop.exitCode())
  }
  const seconds = (pace.now() - began) / 1000
  for (const lane of lanes) report(lane, seconds, stop.signal.aborted, feeding)
}

async function addAll(
  source: FeedSource,
  lanes: readonly Lane[],
  { signal }: StopSignal,
  progress: Progress,
  { options, io }: Feeding,
): Promise<void> {
  const byTarget = new Map(lanes.map((lane) => [lane.target, lane]))
  for await (const portions of source.portions(signal)) {
    for (const { target, items } of portions) {
      const lane = byTarget.get(target)
      if (lane === undefined) throw new Error(`topic "${target.name}" is not fed`)
      await lane.feeder.add(items)
      lane.firstBad ??= items.find((item) => item.kind === 'bad')
      const last = items.at(-1)
      if (last !== undefined && last.kind !== 'heartbeat') progress.lastPlace = last.place
    }
    if (options.rate !== undefined) for (const { feeder } of lanes) await feeder.flush()
    const records = lanes.reduce((sum, { feeder }) => sum + feeder.records, 0)
    if (io.isTerminal) io.err(`\r${count(records)} records`)
    if (signal.aborted) return
  }
}

/** One heartbeat for all topics, so that none waits for another that has ended earlier. */
async function promiseEnd(lanes: readonly Lane[]): Promise<void> {
  const clock = Math.max(...lanes.map(({ feeder }) => feeder.clock))
  if (!Number.isFinite(clock)) return
  for (const { target, feeder } of lanes) {
    if (!target.isTimeGuessed) await feeder.add([{ kind: 'heartbeat', available: clock }])
  }
}

function warn(source: FeedSource, lanes: readonly Lane[], io: Io): void {
  for (const { feeder, firstBad } of lanes) {
    if (feeder.bad === 0) continue
    const first = firstBad && `, the first at ${firstBad.place}: ${firstBad.reason}`
    io.err(`warning: ${count(feeder.bad)} records could not be read${first ?? ''}\n`)
  }
  for (const warning of source.warnings()) io.err(`warning: ${warning}\n`)
}

function report(
  { target, feeder }: Lane,
  seconds: number,
  stopped: boolean,
  { options, log, io }: Feeding,
): void {
  const { name, partitions } = target
  const { records, bad, clock } = feeder
  const rate = Math.round((records + bad) / Math.max(seconds, 0.001))
  const end = Number.isFinite(clock) ? clock : null
  const spread = `${count(partitions)} ${partitions === 1 ? 'partition' : 'partitions'}`
  const summary = { topic: name, log: log.name, records, bad, partitions, seconds, rate }
  io.out(
    options.json
      ? `${JSON.stringify({ ...summary, clock: end, stopped })}\n`
      : `${name}: ${count(records)} records, ${count(bad)} bad, ${spread}, ` +
          `${seconds.toFixed(1)} s, ${count(rate)} records/s\n`,
  )
}
