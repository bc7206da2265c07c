// What the tests of this folder share: a topic of quotes, its records, and a sink over a real disk,
// which is written as the runner writes it. As a program it writes until it is killed.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordType } from '../../schemas/type.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Sink, SinkBatch, SinkPartition, SinkRecord, SinkTopic } from '../sink.ts'
import type { ParquetConfig } from './config.ts'
import { parquet } from './parquet.ts'

const record: RecordType = {
  kind: 'record',
  name: 'market.Marked',
  fields: [
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'price', type: { kind: 'decimal', precision: 18, scale: 4 } },
    { name: 'size', type: { kind: 'nullable', of: { kind: 'double' } } },
    { name: 'levels', type: { kind: 'list', items: { kind: 'double' } } },
    { name: 'time', type: { kind: 'time', unit: 'us' } },
  ],
}

export const quotes: SinkTopic = {
  topic: 'desk.quotes',
  name: 'quotes',
  record,
  key: ['symbol'],
  time: 'time',
  partitions: 1,
  isTable: false,
}

/** 2026-01-01T00:00:00Z. */
export const MIDNIGHT = 1_767_225_600_000_000
const HOUR = 3_600_000_000

/** The record at an offset of an endless topic: thirty in an hour, of which some are alike. */
export function quote(offset: number, value: Readonly<Record<string, unknown>> = {}): SinkRecord {
  const time = MIDNIGHT + Math.floor(offset / 30) * HOUR
  const symbol = `S${String(offset % 3)}`
  const price = new Decimal(offset % 10).div(10)
  const size = offset % 2 === 0 ? null : -0
  const own = { symbol, price, size, levels: [1e-7, offset % 5], time, ...value }
  return { offset, key: symbol, value: own, time, available: time + 5 }
}

export function openQuotes(
  folder: string,
  more: { readonly topic?: Partial<SinkTopic>; readonly name?: string } = {},
): Promise<Sink> {
  const config: ParquetConfig = { connection: 'history', rows: 100_000, every: 60_000_000 }
  return parquet.open({
    ...{ topology: 'desk', name: more.name ?? 'lake', topic: { ...quotes, ...more.topic } },
    ...{ config, settings: { folder } },
    clock: { present: () => MIDNIGHT, now: () => 0, pause: () => Promise.resolve() },
  })
}

export function batch(from: number, next: number, records?: readonly SinkRecord[]): SinkBatch {
  const offsets = Array.from({ length: next - from }, (_, place) => from + place)
  return { partition: 0, from, next, records: records ?? offsets.map((offset) => quote(offset)) }
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
      await partition.write(batch(at, next))
      at = next
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'sink-refused') throw error
      partition = undefined
    }
  }
}

/** The rows of the topic's files, by offset, as a reader finds them. */
export async function rowsIn(folder: string): Promise<readonly Record<string, unknown>[]> {
  const paths = globSync(join(folder, 'desk.quotes', '*', '*.parquet'))
  const rows = await Promise.all(
    paths.map(async (path) => parquetReadObjects({ file: await asyncBufferFromFile(path) })),
  )
  return rows.flat().toSorted((one, other) => Number(one['_offset']) - Number(other['_offset']))
}

if (import.meta.main) {
  const [folder = '', end = '', size = ''] = process.argv.slice(2)
  await writeUpTo(await openQuotes(folder), Number(end), Number(size))
}
