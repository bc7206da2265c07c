// Several captures as one history of each topic that they fill: messages by the time at which they
// were received, ties by the order of the captures, and with them heartbeats, so that a topic which
// falls silent holds nobody up.
import type { InputItem, InputTopic } from '../file/input-record.ts'
import { InputProblem } from '../file/input-problem.ts'
import { createStamp } from '../file/stamp.ts'
import { type Capture, type CaptureItem, readCapture } from './capture.ts'
import type { BinanceStream } from './market-message.ts'

/** A capture, and the topics that take its streams. */
export interface CaptureSource<T extends InputTopic> {
  readonly path: string
  readonly topics: ReadonlyMap<BinanceStream, readonly T[]>
}

export interface RoutedItem<T extends InputTopic> {
  readonly topic: T
  readonly item: InputItem
}

/** What of a capture went nowhere; complete when all has been read. */
export interface LeftOut {
  /** The file's name. */
  readonly name: string
  /** Messages of streams that no topic takes. */
  readonly streams: ReadonlyMap<BinanceStream, number>
  /** Messages of kinds that Millrace does not take, by kind. */
  readonly others: ReadonlyMap<string, number>
}

export interface MergedCaptures<T extends InputTopic> extends AsyncIterable<
  readonly RoutedItem<T>[]
> {
  readonly leftOut: readonly LeftOut[]
}

const HEARTBEAT_MICROS = 1_000_000

/**
 * Reads captures together; memory stays bounded by a batch of each. An item that could be of any
 * stream, because it cannot be read, goes to one topic: that of trades, else depth, else quotes.
 *
 * While iterating, throws what `readCapture` throws, and an InputProblem where captures of two
 * markets fill one topic: their symbols are spelt alike.
 */
export function mergeCaptures<T extends InputTopic>(
  sources: readonly CaptureSource<T>[],
): MergedCaptures<T> {
  const lanes = sources.map(({ path, topics }) => createLane(readCapture(path), topics))
  return {
    leftOut: lanes.map(({ capture, untaken }) => {
      return { name: capture.name, streams: untaken, others: capture.others }
    }),
    [Symbol.asyncIterator]: () => merge(lanes),
  }
}

/** Items by topic, each in its order. */
export function byTopic<T extends InputTopic>(
  routed: readonly RoutedItem<T>[],
): ReadonlyMap<T, readonly InputItem[]> {
  const found = new Map<T, InputItem[]>()
  for (const { topic, item } of routed) {
    const items = found.get(topic)
    if (items === undefined) found.set(topic, [item])
    else items.push(item)
  }
  return found
}

async function* merge<T extends InputTopic>(
  lanes: readonly Lane<T>[],
): AsyncGenerator<readonly RoutedItem<T>[], void, undefined> {
  const filled = [...new Set(lanes.flatMap(({ topics }) => [...topics.values()].flat()))]
  let items: RoutedItem<T>[] = []
  let nextBeat: number | undefined
  try {
    for (const lane of lanes) await lane.fill()
    refuseTwoMarkets(lanes)
    for (let lane = earliest(lanes); lane !== undefined; lane = earliest(lanes)) {
      const now = lane.clock
      if (Number.isFinite(now) && (nextBeat === undefined || now >= nextBeat)) {
        const second = Math.floor(now / HEARTBEAT_MICROS) * HEARTBEAT_MICROS
        if (nextBeat !== undefined) beat(filled, second, items)
        nextBeat = second + HEARTBEAT_MICROS
      }
      if (lane.take(items)) continue
      if (items.length > 0) yield items
      items = []
      await lane.fill()
    }
    if (items.length > 0) yield items
  } finally {
    for (const lane of lanes) await lane.close()
  }
}

function beat<T extends InputTopic>(
  topics: readonly T[],
  available: number,
  items: RoutedItem<T>[],
): void {
  for (const topic of topics) items.push({ topic, item: { kind: 'heartbeat', available } })
}

/** A capture on its way into the merge. */
interface Lane<T extends InputTopic> {
  readonly capture: Capture
  readonly topics: ReadonlyMap<BinanceStream, readonly T[]>
  readonly untaken: ReadonlyMap<BinanceStream, number>
  /** When its next item was received, or one before it, if that was later. */
  readonly clock: number
  /** Whether it has no next item, until it is filled. */
  readonly isEmpty: boolean
  /** Hands its next item on; false where it needs to be filled for another. */
  readonly take: (into: RoutedItem<T>[]) => boolean
  readonly fill: () => Promise<void>
  readonly close: () => Promise<void>
}

function createLane<T extends InputTopic>(
  capture: Capture,
  topics: ReadonlyMap<BinanceStream, readonly T[]>,
): Lane<T> {
  const batches = capture[Symbol.asyncIterator]()
  const routes = new Map([...topics].map(([stream, own]) => [stream, own.map(createRoute)]))
  const unknown = (['trades', 'depth', 'quotes'] as const).find((each) => routes.has(each))
  const untaken = new Map<BinanceStream, number>()
  let batch: readonly CaptureItem[] = []
  let at = 0
  let clock = Number.NEGATIVE_INFINITY
  const lookAt = (item: CaptureItem | undefined): void => {
    const received = item?.available ?? clock
    if (received > clock) clock = received
  }
  return {
    capture,
    topics,
    untaken,
    get clock() {
      return clock
    },
    get isEmpty() {
      return at >= batch.length
    },
    take: (into) => {
      const item = batch[at]
      if (item === undefined) throw new Error('a capture that is empty gives nothing')
      const stream = item.stream ?? unknown
      const taking = stream && routes.get(stream)
      if (taking !== undefined) for (const route of taking) into.push(route(item))
      else if (stream !== undefined) untaken.set(stream, (untaken.get(stream) ?? 0) + 1)
      at += 1
      lookAt(batch[at])
      return at < batch.length
    },
    fill: async () => {
      while (at >= batch.length) {
        const next = await batches.next()
        if (next.done === true) return
        batch = next.value
        at = 0
      }
      lookAt(batch[at])
    },
    close: async () => {
      await batches.return?.()
    },
  }
}

function earliest<T extends InputTopic>(lanes: readonly Lane<T>[]): Lane<T> | undefined {
  let found: Lane<T> | undefined
  for (const lane of lanes) {
    if (!lane.isEmpty && (found === undefined || lane.clock < found.clock)) found = lane
  }
  return found
}

/** Says the topic's own two times of an item: fields as it declares them, else our receive time. */
export function createRoute<T extends InputTopic>(topic: T): (item: CaptureItem) => RoutedItem<T> {
  if (topic.time === 'time' && topic.available === 'received') return (item) => ({ topic, item })
  const stamp = createStamp(topic)
  const isByReceived = topic.available === undefined || topic.available === 'received'
  return (item) => {
    if (item.kind === 'bad') {
      const { available, ...rest } = item
      const known = isByReceived && available !== undefined && { available }
      return { topic, item: { ...rest, ...known } }
    }
    const { value, place } = item
    const timeless = stamp.read(value, item.time, item.available)
    if (timeless !== undefined) {
      const original = JSON.stringify(value)
      return { topic, item: { kind: 'bad', reason: timeless, place, original } }
    }
    const { time, available } = stamp
    return { topic, item: { kind: 'record', value, time, available, place } }
  }
}

function refuseTwoMarkets<T extends InputTopic>(lanes: readonly Lane<T>[]): void {
  const firsts = new Map<T, Lane<T>>()
  for (const lane of lanes) {
    for (const topic of [...lane.topics.values()].flat()) {
      const first = firsts.get(topic)
      const [market, other] = [lane.capture.market, first?.capture.market]
      if (market === undefined) continue
      if (first === undefined || other === undefined) firsts.set(topic, lane)
      else if (other !== market) {
        const [one, two] = [first.capture.name, lane.capture.name]
        const message =
          `${one} is of ${other} and ${two} of ${market}: their symbols are spelt alike, and ` +
          `topic "${topic.name}" would mix them up; give each a topic of its own`
        throw new InputProblem(message, { topic: topic.name, file: two })
      }
    }
  }
}
