// What the tests of this folder share: a topic of positions, its records, and a sink over a real
// Redis, which is written as the runner writes it. As a program it writes until it is killed.
import { Decimal } from '../../schemas/decimal.ts'
import { keyText } from '../../schemas/key.ts'
import type { RecordType } from '../../schemas/type.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Sink, SinkPartition, SinkRecord, SinkTopic } from '../sink.ts'
import type { RedisConfig, RedisSettings } from './config.ts'
import { redis } from './redis.ts'

const record: RecordType = {
  kind: 'record',
  name: 'trading.Held',
  fields: [
    { name: 'account', type: { kind: 'string' } },
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'quantity', type: { kind: 'decimal', precision: 18, scale: 4 } },
    { name: 'note', type: { kind: 'nullable', of: { kind: 'string' } } },
    { name: 'marks', type: { kind: 'list', items: { kind: 'double' } } },
    { name: 'time', type: { kind: 'time', unit: 'us' } },
  ],
}

export const held: SinkTopic = {
  topic: 'desk.held',
  name: 'held',
  record,
  key: ['account', 'symbol'],
  time: 'time',
  partitions: 1,
  isTable: true,
}

export const config: RedisConfig = {
  connection: 'cache',
  key: 'held:{account}:{symbol}',
  ttl: 'none',
  value: 'json',
  fields: undefined,
  publish: undefined,
}

/** 2026-01-01T00:00:00Z. */
export const PRESENT = 1_767_225_600_000_000

interface Row {
  readonly offset: number
  readonly account?: string
  readonly symbol?: string
  readonly quantity?: string
  readonly marks?: readonly number[]
  readonly isDeleted?: true
  /** Microseconds. */
  readonly age?: number
}

export function held1(row: Row): SinkRecord {
  const { offset, account = 'a1', symbol = 'BTC', quantity = '1.5', marks = [], age = 0 } = row
  const time = PRESENT - age
  const value = { account, symbol, quantity: new Decimal(quantity), note: null, marks, time }
  return {
    offset,
    key: keyText([account, symbol]),
    value: row.isDeleted ? null : value,
    time,
    available: time,
  }
}

/** The record at an offset of an endless topic: thirty keys, some of which are deleted. */
export function endless(offset: number): SinkRecord {
  const row = { offset, symbol: `S${String(offset % 30)}`, quantity: String(offset) }
  return held1(offset % 7 === 3 ? { ...row, isDeleted: true } : row)
}

export function openHeld(
  port: number,
  more: { readonly config?: Partial<RedisConfig>; readonly settings?: Partial<RedisSettings> } = {},
): Promise<Sink> {
  const settings: RedisSettings = {
    ...{ url: `redis://127.0.0.1:${String(port)}`, user: undefined, password: undefined },
    ...{
      db: 0,
      tls: false,
      tls_ca: undefined,
      tls_verify: true,
      timeout: 5_000_000,
      ...more.settings,
    },
  }
  return redis.open({
    ...{ topology: 'desk', name: 'hot', topic: held, settings },
    config: { ...config, ...more.config },
    clock: { present: () => PRESENT, now: () => 0, pause: () => Promise.resolve() },
  })
}

export function batch(from: number, records: readonly SinkRecord[], next?: number) {
  const last = records.at(-1)?.offset ?? from - 1
  return { partition: 0, from, next: next ?? last + 1, records }
}

/** Writes the endless topic up to an offset, claiming anew after what a retry may mend. */
export async function writeUpTo(sink: Sink, end: number, size: number): Promise<void> {
  let partition: SinkPartition | undefined
  let at = 0
  while (at < end) {
    try {
      if (partition === undefined) {
        partition = await sink.claim(0)
        at = partition.position ?? 0
      }
      const next = Math.min(at + size, end)
      const records = Array.from({ length: next - at }, (_, place) => endless(at + place))
      await partition.write(batch(at, records, next))
      at = next
    } catch (error) {
      if (!(error instanceof EngineError) || !error.retryable) throw error
      partition = undefined
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

if (import.meta.main) {
  const [port = '', end = '', size = ''] = process.argv.slice(2)
  const sink = await openHeld(Number(port))
  await writeUpTo(sink, Number(end), Number(size))
  await sink.close()
}
