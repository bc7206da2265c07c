// What is fed to runs that are killed: trades and marks drawn from a seed, in slices of a second
// each. All of a slice is known later than all before it, so wherever feeding stops between two
// slices, a run may take the inputs as ended there, and nothing comes too early afterwards.
import type { Append } from '../../connectors/connector.ts'
import { FeedRows } from '../../connectors/feed/feed-rows.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Plan } from '../../topology/plan.ts'
import { createRandom, type Random } from '../simulation/random.ts'

/** Items of each input topic, by its local name. */
export type Slice = ReadonlyMap<string, readonly InputItem[]>

const SLICES = 500
const TRADES = 50
const MARKS = 6
/** Every so many slices end with heartbeats; in between a silent partition holds its task up. */
export const HEARTBEAT_EVERY = 10

const BEGIN = 1_704_067_200_000_000
const SECOND = 1_000_000
const TICK = 10_000
const TICKS = SECOND / TICK
const SYMBOLS = Array.from({ length: 24 }, (_, index) => `S${index}`)

/** Always the same for a seed. */
export function drawHistory(seed: number): readonly Slice[] {
  const random = createRandom(seed, 'killed history')
  return Array.from({ length: SLICES }, (_, index) => {
    const begin = BEGIN + index * SECOND
    const known = (): number => begin + random.int(1, TICKS) * TICK
    const trades = draw(TRADES, index, (line) => drawTrade(random, known(), line))
    const marks = draw(MARKS, index, (line) => drawMark(random, known(), line))
    if ((index + 1) % HEARTBEAT_EVERY === 0) {
      const heartbeat = { kind: 'heartbeat', available: begin + SECOND } as const
      trades.push(heartbeat)
      marks.push(heartbeat)
    }
    return new Map([
      ['trades', trades],
      ['marks', marks],
    ])
  })
}

/** The slices as whole inputs. */
export function inputsOf(slices: readonly Slice[]): ReadonlyMap<string, readonly InputItem[]> {
  const names = new Set(slices.flatMap((slice) => [...slice.keys()]))
  return new Map([...names].map((name) => [name, slices.flatMap((slice) => slice.get(name) ?? [])]))
}

/** What each slice appends to the log, in one transaction. */
export function appendsOf(plan: Plan, slices: readonly Slice[]): readonly (readonly Append[])[] {
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  const rows = inputs.map((topic) => ({ topic, rows: new FeedRows(topic, topic.partitions) }))
  return slices.map((slice) =>
    rows.flatMap(({ topic, rows: own }) => {
      for (const item of slice.get(topic.name) ?? []) own.add(item)
      return own.take()
    }),
  )
}

function draw(count: number, slice: number, item: (line: number) => InputItem): InputItem[] {
  return Array.from({ length: count }, (_, index) => item(slice * count + index + 1))
}

function drawTrade(random: Random, available: number, line: number): InputItem {
  const place = `trades.csv:${line}`
  if (random.chance(0.003)) {
    return { kind: 'bad', reason: 'the line is no record', place, original: `line ${line}` }
  }
  const behind = random.chance(0.04) ? random.int(2, 20) * SECOND : random.int(0, 5) * TICK
  const time = available - behind
  const price = random.chance(0.01) ? 0 : 90 + random.int(0, 2_000) / 100
  const value = {
    symbol: random.pickSkewed(SYMBOLS),
    price,
    size: random.int(0, 40) / 2,
    side: random.pick([null, -1, 1]),
    trade_id: null,
    time,
    received: available,
  }
  return { kind: 'record', value, time, available, place }
}

/** Trades of a symbol meet the bad fate before its first mark, and where its mark is gone. */
function drawMark(random: Random, available: number, line: number): InputItem {
  const place = `marks.csv:${line}`
  const symbol = random.pick(SYMBOLS)
  const rest = { time: available, available, place }
  if (random.chance(0.02)) return { kind: 'record', value: null, key: symbol, ...rest }
  const bid = 90 + random.int(0, 2_000) / 100
  const nulls = { bid_size: null, ask_size: null, received: null }
  const value = { symbol, bid, ask: bid + 1, time: available, ...nulls }
  return { kind: 'record', value, ...rest }
}
