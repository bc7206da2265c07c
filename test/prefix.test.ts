import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { keyBytes, partitionOf } from '../schemas/key.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { HistoryItem, RunResult } from '../runtime/reference/history.ts'
import { type EngineName, runHistories } from '../runtime/topology-test/run-histories.ts'

const TOPOLOGY = `
topology: prefixes
topics:
  trades:
    topic: trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    lateness: 3s
    partitions: 3
  mood:
    topic: mood
    schema: social/Mood
    key: symbol
    time: published
    available: ingested
    partitions: 3
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  bars:
    from: trades
    bars: { every: 10s, fill: previous }
  trend:
    from: bars
    indicator:
      mean: sma(close, 2)
      up: crosses_over(close, mean)
  seen:
    from: trend
    enrich:
      mood: { with: mood, max_age: 20s, missing: null }
  together:
    from: seen
    filter: close > 0
    key: all
  market:
    from: together
    indicator:
      n: count()
      total: sma(close, 3)
`

const { plan, diagnostics } = checkTopology({ path: 'topology.yaml', text: TOPOLOGY }, catalogue, {
  files: { read: () => undefined },
})

const SECOND = 1_000_000
const symbol = fc.constantFrom('A', 'B', 'C', 'D')

/** Trades with equal and earlier times, late ones, and clocks that stand still or run back. */
const trade = fc
  .record({
    symbol,
    at: fc.integer({ min: 0, max: 60 }),
    behind: fc.integer({ min: -2, max: 8 }),
    price: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ symbol: name, at, behind, price }): HistoryItem => {
    const [time, available] = [at * SECOND, (at + behind) * SECOND]
    const value = {
      symbol: name,
      price,
      size: 1,
      side: null,
      trade_id: null,
      time,
      received: available,
    }
    return { kind: 'record', value, time, available, place: 'trades' }
  })

const mood = fc
  .record({ symbol, at: fc.integer({ min: 0, max: 60 }), score: fc.integer({ min: -5, max: 5 }) })
  .map(({ symbol: name, at, score }): HistoryItem => {
    const [time, available] = [at * SECOND, (at + 5) * SECOND]
    const value = { symbol: name, score, source: null, published: time, ingested: available }
    return { kind: 'record', value, time, available, place: 'mood' }
  })

const heartbeat = fc
  .integer({ min: 0, max: 70 })
  .map((at): HistoryItem => ({ kind: 'heartbeat', available: at * SECOND }))

function run(
  engine: EngineName,
  trades: readonly HistoryItem[],
  moods: readonly HistoryItem[],
): Promise<RunResult> {
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics))
  const inputs = new Map([
    ['trades', trades],
    ['mood', moods],
  ])
  return runHistories(engine, { plan, operators, inputs })
}

/** The engine opens all its tasks for every run, so it gets fewer of them. */
const ENGINES: readonly (readonly [EngineName, number])[] = [
  ['reference', 200],
  ['engine', 40],
]

const PARTITIONS = 3

/**
 * The part of a topic up to `to`, channel by channel: a channel is a partition, its clock a running
 * maximum.
 */
function cut(items: readonly HistoryItem[], to: number): readonly HistoryItem[] {
  const clocks = new Array<number>(PARTITIONS).fill(Number.NEGATIVE_INFINITY)
  const advance = (partition: number, available: number): number =>
    (clocks[partition] = Math.max(clocks[partition] ?? 0, available))
  return items.filter((item) => {
    if (item.kind === 'record') {
      const key = keyBytes(String(item.value?.symbol))
      return advance(partitionOf(key, PARTITIONS), item.available) <= to
    }
    if (item.kind !== 'heartbeat') throw new Error('only records and heartbeats can be cut')
    clocks.forEach((_, partition) => advance(partition, item.available))
    return item.available <= to
  })
}

test.each(ENGINES)(
  'the output for a prefix of the input is a prefix of the output, key by key, on the %s',
  async (engine, numRuns) => {
    const items = fc.array(fc.oneof({ weight: 8, arbitrary: trade }, heartbeat), { maxLength: 60 })
    const moods = fc.array(mood, { maxLength: 15 })
    await fc.assert(
      fc.asyncProperty(items, moods, fc.integer({ min: 0, max: 70 }), async (trades, mood, at) => {
        const whole = await run(engine, trades, mood)
        const part = await run(engine, cut(trades, at * SECOND), cut(mood, at * SECOND))
        for (const [stream, records] of part.outputs) {
          const all = whole.outputs.get(stream) ?? []
          for (const key of new Set(records.map((record) => record.key))) {
            const before = records.filter((record) => record.key === key)
            const after = all.filter((record) => record.key === key)
            expect(after.slice(0, before.length), `${stream} ${key}`).toEqual(before)
          }
        }
      }),
      { numRuns },
    )
  },
)

test.each(ENGINES)(
  'a crash between any two records changes nothing, on the %s',
  async (engine, numRuns) => {
    const items = fc.array(trade, { maxLength: engine === 'engine' ? 8 : 30 })
    const moods = fc.array(mood, { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(items, moods, async (trades, mood) => {
        const crash = { kind: 'crash' } as const
        const straight = await run(engine, trades, mood)
        const crashed = await run(
          engine,
          trades.flatMap((item) => [item, crash]),
          mood.flatMap((item) => [item, crash]),
        )
        expect(crashed.outputs).toEqual(straight.outputs)
        expect(crashed.deadLetters).toEqual(straight.deadLetters)
        expect(crashed.state).toEqual(straight.state)
      }),
      { numRuns: numRuns / 2 },
    )
  },
)

test.each(ENGINES)(
  'heartbeats that promise what is so anyway change nothing, on the %s',
  async (engine, numRuns) => {
    const items = fc.array(trade, { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(items, async (trades) => {
        const alone = trades.filter((item) => item.kind === 'record' && item.value?.symbol === 'A')
        let clock = Number.NEGATIVE_INFINITY
        const beaten = alone.flatMap((item): HistoryItem[] => {
          if (item.kind === 'record') clock = Math.max(clock, item.available)
          return [item, { kind: 'heartbeat', available: clock }]
        })
        const told = await run(engine, beaten, [])
        expect(told.outputs).toEqual((await run(engine, alone, [])).outputs)
      }),
      { numRuns: numRuns / 2 },
    )
  },
)
