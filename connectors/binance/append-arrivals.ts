// From what has come to what is on the log: messages decoded and appended to the topics of their
// streams, and with them, each second, a heartbeat, so that a silent stream holds nobody up. Finds
// out on the way which order books are in want of a snapshot.
import type { PlannedTopic } from '../../topology/plan.ts'
import type { Log } from '../connector.ts'
import { createFeeder, type Feeder } from '../feed/feeder.ts'
import type { InputItem, InputTopic } from '../file/input-record.ts'
import { originalOf } from '../file/original.ts'
import type { SourceClock, SourceReport } from '../source.ts'
import type { Arrival, Arrivals } from './arrivals.ts'
import { createBookChains } from './book-chains.ts'
import type { CaptureItem } from './capture.ts'
import { createBinanceDecoder, type Decoded } from './decoder.ts'
import { waitUnless } from './waiting.ts'
import type { BinanceMarket, BinanceStream } from './market-message.ts'
import { createRoute } from './merge-captures.ts'

/** What must be known of a topic to fill it. */
export type LiveTopic = InputTopic & Pick<PlannedTopic, 'topic' | 'partitions'>

export interface AppendOptions {
  /** The source's. */
  readonly name: string
  readonly log: Log
  readonly market: BinanceMarket
  readonly symbols: readonly string[]
  readonly topics: ReadonlyMap<BinanceStream, LiveTopic>
  readonly arrivals: Arrivals
  /** Gets the symbols that are in want of a snapshot. */
  readonly wanted: Set<string>
  readonly clock: SourceClock
  readonly report: SourceReport
  /** What has come by then is appended still. */
  readonly signal: AbortSignal
}

/** Between two transactions: a message waits half of it. */
const APPEND_EVERY_MS = 10
const HEARTBEAT_MS = 1_000
/** A stream that a connection is asked for and that brings nothing for so long is worth a line. */
const SILENT_MS = 60_000

/** Runs until it is told to stop. @throws EngineError of the log. */
export async function appendArrivals(options: AppendOptions): Promise<void> {
  const { clock, arrivals, signal, report } = options
  const lanes = await openLanes(options)
  const intake = createIntake(options, lanes)
  let beatAt = clock.now()
  for (;;) {
    const isLast = signal.aborted
    for (const arrival of arrivals.take()) intake.take(arrival)
    if (isLast || clock.now() - beatAt >= HEARTBEAT_MS) {
      const available = clock.present()
      for (const { items } of lanes.values()) items.push({ kind: 'heartbeat', available })
      beatAt = clock.now()
      intake.lookForSilence()
    }
    for (const lane of lanes.values()) {
      const items = lane.items.splice(0)
      await lane.feeder.add(items)
      await lane.feeder.flush()
    }
    if (isLast) break
    await waitUnless(signal, APPEND_EVERY_MS, clock)
  }
  report('source-closed', intake.summary())
}

interface Lane {
  readonly feeder: Feeder
  readonly route: (item: CaptureItem) => { readonly item: InputItem }
  /** On their way to the log. */
  readonly items: InputItem[]
}

async function openLanes({ name, log, topics }: AppendOptions): Promise<Map<BinanceStream, Lane>> {
  const lanes = new Map<BinanceStream, Lane>()
  for (const [stream, topic] of topics) {
    const producer = await log.producer(`source.${name}.${topic.topic}`)
    const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
    lanes.set(stream, { feeder, route: createRoute(topic), items: [] })
  }
  return lanes
}

interface Intake {
  readonly take: (arrival: Arrival) => void
  readonly lookForSilence: () => void
  readonly summary: () => string
}

function createIntake(options: AppendOptions, lanes: ReadonlyMap<BinanceStream, Lane>): Intake {
  const { market, symbols, topics, clock, report } = options
  const decode = createBinanceDecoder({ market })
  const follow = followBooks(options)
  // As in a capture: what cannot even be told goes to one topic.
  const unknown = (['trades', 'depth', 'quotes'] as const).find((each) => lanes.has(each))
  const silent = new Set<string>()
  let openedAt = Number.POSITIVE_INFINITY
  let others = 0
  const open = (): void => {
    follow.open()
    openedAt = clock.now()
    for (const symbol of symbols)
      for (const stream of topics.keys()) silent.add(`${symbol} ${stream}`)
  }
  const takeMessage = (text: string, received: number): void => {
    const decoded = decode(text, received)
    if (decoded.kind === 'other') {
      others += 1
      return
    }
    const stream = decoded.stream ?? unknown
    const lane = stream && lanes.get(stream)
    if (stream === undefined || lane === undefined) {
      others += 1
      return
    }
    lane.items.push(lane.route(itemOf(decoded, text, received)).item)
    if (decoded.kind === 'bad') return
    if (silent.size > 0) silent.delete(`${decoded.value['symbol'] as string} ${stream}`)
    if (stream === 'depth') follow.take(decoded.value)
  }
  return {
    take: (arrival) => {
      if (arrival.kind === 'opened') open()
      else takeMessage(arrival.text, arrival.received)
    },
    lookForSilence: () => {
      if (silent.size === 0 || clock.now() - openedAt < SILENT_MS) return
      const names = [...silent].slice(0, 5).join(', ')
      const more = silent.size > 5 ? ` and ${silent.size - 5} more` : ''
      report('source-silent', `${names}${more} brought nothing since it was connected`)
      silent.clear()
    },
    summary: () => {
      const feeders = [...lanes.values()].map(({ feeder }) => feeder)
      const records = feeders.reduce((sum, each) => sum + each.records, 0)
      const bad = feeders.reduce((sum, each) => sum + each.bad, 0)
      return `appended ${records} records and ${bad} that cannot be read; not taken: ${others}`
    },
  }
}

function itemOf(
  decoded: Exclude<Decoded, { readonly kind: 'other' }>,
  text: string,
  available: number,
): CaptureItem {
  if (decoded.kind === 'record') return { ...decoded, available, place: '' }
  const original = originalOf(Buffer.from(text, 'utf8'))
  return { ...decoded, available, place: '', original }
}

/** Notes which symbols are in want of a snapshot. */
function followBooks({ topics, symbols, wanted, report }: AppendOptions) {
  const chains = createBookChains()
  return {
    open: (): void => {
      chains.reset()
      if (topics.has('depth')) for (const symbol of symbols) wanted.add(symbol)
    },
    take: (value: Parameters<typeof chains.take>[0]): void => {
      const event = chains.take(value)
      if (event.kind === 'follows') return
      const { symbol } = event
      if (event.kind === 'snapshot') {
        wanted.delete(symbol)
        report('source-snapshot', `${symbol}: the book as of update ${event.update}`)
        return
      }
      wanted.add(symbol)
      if (event.kind === 'gap') report('source-gap', `${symbol}: updates of the book are missing`)
    },
  }
}
