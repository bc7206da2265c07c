// Draws what the world sends, for every input topic of a plan: few keys, one of them busy; times
// that are equal, late or run back; clocks that stand; heartbeats, tombstones and what cannot be
// read. Now and then a topic has nothing at all.
import type { HistoryItem } from '../../runtime/reference/history.ts'
import type { Value } from '../../schemas/type.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { createRandom, type Random } from './random.ts'

export type FedItem = Exclude<HistoryItem, { readonly kind: 'crash' }>

const MILLISECOND = 1_000
const SECOND = 1_000 * MILLISECOND
const BEGIN = 1_000 * SECOND
const LENGTH = 90 * SECOND
const FEWEST = 20
const MOST = 200
const KEYS = ['A', 'B', 'BTC', 'C', 'Ω', '']

/** By the topic's local name. */
export type Histories = ReadonlyMap<string, readonly FedItem[]>

/** Every item that can have a place has one of its own. */
export function generateHistory(seed: number, plan: Plan): Histories {
  return drawHistory(createRandom(seed, 'history'), plan, { begin: BEGIN, line: 1 })
}

/** More of everything, all of it known later than `clock`. */
export function generateSequel(seed: number, plan: Plan, clock: number): Histories {
  const random = createRandom(seed, 'sequel')
  const begin = Math.max(BEGIN, clock) + random.pick([20, 60]) * SECOND
  return drawHistory(random, plan, { begin, line: 10 * MOST })
}

/** The greatest clock of all inputs. */
export function clockOf(inputs: Histories): number {
  let clock = Number.NEGATIVE_INFINITY
  for (const items of inputs.values()) {
    for (const { available } of items) {
      if (available !== undefined && available > clock) clock = available
    }
  }
  return clock
}

interface Start {
  readonly begin: number
  readonly line: number
}

function drawHistory(random: Random, plan: Plan, start: Start): Histories {
  const topics = [...plan.topics.values()].filter(({ isInput }) => isInput)
  // Of several topics one may be empty.
  const empty = topics.length > 1 && random.chance(0.15) ? random.pick(topics) : undefined
  return new Map(
    topics.map((topic) => [topic.name, topic === empty ? [] : drawTopic(random, topic, start)]),
  )
}

function drawTopic(random: Random, topic: PlannedTopic, start: Start): readonly FedItem[] {
  const count = FEWEST + Math.floor(random.next() ** 3 * (MOST - FEWEST))
  const keys = random.shuffle(KEYS).slice(0, random.int(1, KEYS.length))
  // Some topics end early, so that others go on without them.
  const step = (LENGTH * random.pick([1, 1, 0.4])) / count
  const items: FedItem[] = []
  let at = start.begin
  for (let index = 0; index < count; index += 1) {
    at += drawStep(random, step)
    const place = `${topic.name}:${start.line + index}`
    items.push(drawItem(random, topic, { at, keys, place }))
  }
  return items
}

/** None, or some, or a leap; in half seconds, so that instants meet. */
function drawStep(random: Random, mean: number): number {
  const length = random.pick([0, 0, 1, 1, 1, 2, random.chance(0.1) ? 12 : 2]) * mean
  return Math.round(length / (SECOND / 2)) * (SECOND / 2)
}

interface Draw {
  readonly at: number
  readonly keys: readonly string[]
  readonly place: string
}

function drawItem(random: Random, topic: PlannedTopic, draw: Draw): FedItem {
  const { at, place } = draw
  if (random.chance(0.05)) {
    const available = at + random.pick([-5, 0, 0, 3]) * SECOND
    return { kind: 'heartbeat', available }
  }
  if (random.chance(0.02)) {
    const bad = { kind: 'bad', reason: 'the line is no record', place } as const
    const original = `line ${place}`
    // Of some lines that much could be read, and then the clock goes by them.
    return random.chance(0.5) ? { ...bad, original, available: at } : { ...bad, original }
  }
  const time = at - (random.chance(0.15) ? random.int(0, 16) * (SECOND / 2) : 0)
  const available =
    topic.available === undefined
      ? time + topic.delay
      : at + random.pick([0, 0, 1, 2, -2]) * (SECOND / 2) + (random.chance(0.1) ? 1 : 0)
  const key = random.pickSkewed(draw.keys)
  if (random.chance(topic.table === undefined ? 0.015 : 0.15)) {
    return { kind: 'record', value: null, key, time, available, place }
  }
  return {
    kind: 'record',
    value: drawValue(random, topic, { key, time, available }),
    time,
    available,
    place,
  }
}

interface Stamped {
  readonly key: string
  readonly time: number
  readonly available: number
}

function drawValue(random: Random, { record }: PlannedTopic, { key, time, available }: Stamped) {
  const number = (): number => random.pick([0, 1, 2, 3, 55, 60.5, 65, 70.25, 99, -4])
  const orNull = <T>(value: T): T | null => (random.chance(0.4) ? null : value)
  const draw: Readonly<Record<string, () => Value>> = {
    'market.Trade': () => ({
      symbol: key,
      price: number(),
      size: number(),
      side: orNull(random.pick([-1, 1])),
      trade_id: orNull(`t${random.int(1, 9)}`),
      time,
      received: available,
    }),
    'market.Quote': () => ({
      symbol: key,
      bid: number(),
      ask: number(),
      bid_size: orNull(number()),
      ask_size: orNull(number()),
      time,
      received: orNull(available),
    }),
    'social.Mood': () => ({
      symbol: key,
      score: number(),
      source: orNull('crowd'),
      published: time,
      ingested: available,
    }),
  }
  const value = draw[record.name]
  if (value === undefined) throw new Error(`no values are drawn for ${record.name}`)
  return value()
}
