// What the tests of this folder share: a topic of trades whose records follow from their offsets,
// with repeated and late times, and a sink over a real QuestDB, which is written as the runner
// writes it. As a program it writes until it is killed.
import type { RecordType } from '../../schemas/type.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Sink, SinkClock, SinkPartition, SinkRecord, SinkTopic } from '../sink.ts'
import type { QuestdbConfig, QuestdbSettings } from './config.ts'
import { questdb } from './questdb.ts'

export const LOGIN = { user: 'desk', password: 'desk-secret' }

export const trade: RecordType = {
  kind: 'record',
  name: 'market.Trade',
  fields: [
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'price', type: { kind: 'double' } },
    { name: 'side', type: { kind: 'nullable', of: { kind: 'long' } } },
    { name: 'trade_id', type: { kind: 'string' } },
    { name: 'time', type: { kind: 'time', unit: 'us' } },
  ],
}

const trades: SinkTopic = {
  topic: 'market.trades',
  name: 'trades',
  record: trade,
  key: ['symbol'],
  time: 'time',
  partitions: 2,
  isTable: false,
}

/** 2026-01-01T00:00:00Z. */
export const FIRST = 1_767_225_600_000_000

export function tradeAt(offset: number, more: Readonly<Record<string, unknown>> = {}): SinkRecord {
  const late = offset % 7 === 0 ? 5_000_000 : 0
  const time = FIRST + 10_000_000 + Math.floor(offset / 3) * 1_000 - late
  const value = {
    symbol: `S${offset % 5}`,
    price: 100 + (offset % 1_000) / 7,
    side: [1, -1, null][offset % 3],
    trade_id: `t "${offset}"\\\n`,
    time,
    ...more,
  }
  return { offset, key: value.symbol, value, time: value.time, available: value.time }
}

let ticks = 0

/** Each look at it is a microsecond later, and no two processes see the same. */
export const clock: SinkClock = {
  present: () => FIRST + process.pid * 1_000_000 + (ticks += 1),
  now: () => 0,
  pause: async () => {
    await new Promise((resolve) => setImmediate(resolve))
  },
}

const usual: QuestdbConfig = {
  ...{ connection: 'ticks', table: undefined, symbols: undefined, partition: 'day' },
  ...{ ttl: 'none', key: undefined, rollups: undefined },
}

export interface OpenOptions {
  readonly config?: Partial<QuestdbConfig>
  readonly settings?: Partial<QuestdbSettings>
  readonly topic?: Partial<SinkTopic>
  readonly name?: string
  readonly clock?: SinkClock
}

export function openTrades(url: string, options: OpenOptions = {}): Promise<Sink> {
  const { name = 'trades_qdb' } = options
  return questdb.open({
    ...{ topology: 'desk', name, clock: options.clock ?? clock },
    topic: { ...trades, ...options.topic },
    config: { ...usual, ...options.config },
    settings: {
      ...{ url, ...LOGIN, token: undefined, tls_ca: undefined, tls_verify: true },
      ...{ timeout: 10_000_000, ...options.settings },
    },
  })
}

export function batch(from: number, records: readonly SinkRecord[], partition = 0) {
  return { partition, from, next: (records.at(-1)?.offset ?? from - 1) + 1, records }
}

/** Writes the trades up to an offset, claiming anew after what a retry may mend. */
export async function writeUpTo(
  sink: Sink,
  end: number,
  size: number,
  onWrite: (at: number) => void = () => undefined,
): Promise<void> {
  let partition: SinkPartition | undefined
  for (let at = 0; at < end;) {
    try {
      if (partition === undefined) {
        partition = await sink.claim(0)
        at = partition.position ?? 0
        continue
      }
      const records = Array.from({ length: Math.min(size, end - at) }, (_, i) => tradeAt(at + i))
      onWrite(at)
      await partition.write(batch(at, records))
      at += records.length
    } catch (error) {
      if (!(error instanceof EngineError) || !error.retryable) throw error
      partition = undefined
      await clock.pause(5)
    }
  }
}

if (import.meta.main) {
  const [url = '', table = '', end = ''] = process.argv.slice(2)
  const sink = await openTrades(url, { config: { table } })
  await writeUpTo(sink, Number(end), 50)
  await sink.close()
}
