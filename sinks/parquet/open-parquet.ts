// A sink into Parquet files at work: its folder, what stands in it, and its partitions, each of
// which is written by whoever claimed it last.
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
import { sinkFault } from '../sink-fault.ts'
import type { Sink, SinkOptions } from '../sink.ts'
import type { ParquetConfig, ParquetSettings } from './config.ts'
import { claimPartition } from './claim-partition.ts'
import { shownFiles } from './data-files.ts'
import { diskFault } from './disk-fault.ts'
import { lastEntry, makeFolder } from './ledger.ts'

/** About as much is held of all partitions before it is files, some hundred megabytes of memory. */
const MOST_BYTES = 1 << 26
const MOST_RECORDS = 400_000

type Options = SinkOptions<ParquetConfig, ParquetSettings>

export async function openParquet(options: Options): Promise<Sink> {
  const { name, topic, config, settings } = options
  const place = { sink: name, connection: config.connection ?? name }
  const folder = join(settings.folder, topic.topic)
  const ledgerOf = (partition: number) => join(folder, '_millrace', String(partition))
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw diskFault(place, folder, error)
    }
  }

  async function positions(): Promise<ReadonlyMap<number, number>> {
    const held = new Map<number, number>()
    for (let partition = 0; partition < topic.partitions; partition += 1) {
      const last = await lastEntry(ledgerOf(partition))
      if (typeof last?.entry.position === 'number') held.set(partition, last.entry.position)
    }
    return held
  }

  async function count() {
    let rows = 0
    for (const { path } of await shownFiles(folder)) rows += await rowsOf(path)
    return { rows, since: undefined }
  }

  async function rowsOf(path: string): Promise<number> {
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
      const sentence = `${path} is no whole Parquet file; move it away`
      throw sinkFault(place, 'sink-differs', sentence, { cause })
    })
    return Number(metadata.num_rows)
  }

  await guarded(() => makeFolder(folder))
  return {
    identity: undefined,
    batches: {
      records: Math.min(config.rows, Math.ceil(MOST_RECORDS / topic.partitions)),
      bytes: Math.ceil(MOST_BYTES / topic.partitions),
      lingerMs: Math.ceil(config.every / 1000),
    },
    claim: (partition) =>
      guarded(async () => {
        const about = { place, folder, ledger: ledgerOf(partition), partition }
        const own = await claimPartition(options, about)
        return { ...own, write: (batch) => guarded(() => own.write(batch)) }
      }),
    positions: () => guarded(positions),
    count: () => guarded(count),
    close: () => Promise.resolve(),
  }
}
