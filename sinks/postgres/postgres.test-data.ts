// What the tests of this folder share: a topic of ticks, its records, and a sink over a real
// Postgres, which is written as the runner writes it. As a program it writes until it is killed.
import { Decimal } from '../../schemas/decimal.ts'
import { keyText } from '../../schemas/key.ts'
import type { RecordType } from '../../schemas/type.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Sink, SinkBatch, SinkPartition, SinkRecord, SinkTopic } from '../sink.ts'
import type { PostgresConfig, PostgresSettings } from './config.ts'
import { postgres } from './postgres.ts'

export const tick: RecordType = {
  kind: 'record',
  name: 'market.Tick',
  fields: [
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'price', type: { kind: 'decimal', precision: 18, scale: 4 } },
    { name: 'size', type: { kind: 'double' } },
    { name: 'time', type: { kind: 'time', unit: 'us' } },
  ],
}

export const ticks: SinkTopic = {
  topic: 'desk.ticks',
  name: 'ticks',
  record: tick,
  key: ['symbol'],
  time: 'time',
  partitions: 2,
  isTable: false,
}

/** The same as a table: the last tick of each symbol. */
export const lastTicks: SinkTopic = { ...ticks, topic: 'desk.last', name: 'last', isTable: true }

export const config: PostgresConfig = {
  connection: 'ledger',
  table: undefined,
  schema: 'public',
  key: undefined,
  indexes: undefined,
  on_delete: 'delete',
}

/** 2026-01-01T00:00:00Z. */
export const PRESENT = 1_767_225_600_000_000

/** The record at an offset of an endless topic: thirty keys, some of which are deleted. */
export function endless(offset: number, { isTable }: Pick<SinkTopic, 'isTable'>): SinkRecord {
  const symbol = `S${String(offset % 30)}`
  // Every time is there twice, as among real quotes.
  const time = PRESENT + Math.floor(offset / 2)
  const value = { symbol, price: new Decimal(offset).div(4), size: offset / 3, time }
  const isDeleted = isTable && offset % 7 === 3
  return {
    offset,
    key: keyText([symbol]),
    value: isDeleted ? null : value,
    time,
    available: time,
  }
}

export interface OpenOptions {
  readonly topic?: SinkTopic
  readonly name?: string
  readonly config?: Partial<PostgresConfig>
  readonly settings?: Partial<PostgresSettings>
}

/** By a role of the tests' servers. */
export function openTicks(port: number, options: OpenOptions = {}): Promise<Sink> {
  const { topic = ticks, name = 'pg' } = options
  return postgres.open({
    ...{ topology: 'desk', name, topic },
    config: { ...config, ...options.config },
    settings: {
      ...{ url: `postgres://127.0.0.1:${String(port)}/millrace`, user: 'millrace' },
      ...{ password: 'millrace', database: undefined },
      ...{ tls: false, tls_ca: undefined, tls_verify: true },
      ...{ pool: 4, statement_timeout: 10_000_000, ...options.settings },
    },
    clock: { present: () => PRESENT, now: () => 0, pause: () => Promise.resolve() },
  })
}

export function batch(from: number, records: readonly SinkRecord[], next?: number): SinkBatch {
  const last = records.at(-1)?.offset ?? from - 1
  return { partition: 0, from, next: next ?? last + 1, records }
}

export function endlessBatch(from: number, next: number, topic: SinkTopic): SinkBatch {
  const records = Array.from({ length: next - from }, (_, at) => endless(from + at, topic))
  return batch(from, records, next)
}

/** Writes the endless topic up to an offset, claiming anew after what a retry may mend. */
export async function writeUpTo(
  sink: Sink,
  end: number,
  { size, topic }: { readonly size: number; readonly topic: SinkTopic },
): Promise<void> {
  let partition: SinkPartition | undefined
  let at = 0
  while (at < end) {
    try {
      if (partition === undefined) {
        partition = await sink.claim(0)
        at = partition.position ?? 0
      }
      const next = Math.min(at + size, end)
      await partition.write(endlessBatch(at, next, topic))
      at = next
    } catch (error) {
      if (!(error instanceof EngineError) || !error.retryable) throw error
      partition = undefined
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

if (import.meta.main) {
  const [port = '', end = '', size = '', name = ''] = process.argv.slice(2)
  const topic = name === lastTicks.name ? lastTicks : ticks
  const sink = await openTicks(Number(port), { topic, name })
  await writeUpTo(sink, Number(end), { size: Number(size), topic })
  await sink.close()
}
