// A sink into Parquet files at work. A batch is written hidden, its commit is made if nobody has
// claimed the partition since, and only then are its files shown: whoever was overtaken has files
// that nobody sees. A claim shows what the last commit had no time to.
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
import type { Refusal, Sink, SinkBatch, SinkOptions, SinkPartition } from '../sink.ts'
import type { ParquetConfig, ParquetSettings } from './config.ts'
import { removeHidden, show, shownFiles, writeHidden } from './data-files.ts'
import { diskFault, faultOf } from './disk-fault.ts'
import { appendEntry, lastEntry, makeFolder, type NumberedEntry, removeScratch } from './ledger.ts'
import { columnTypes, fileColumns, jsonProblem } from './own-columns.ts'

/** About as much as is held of a batch before it is a file. */
const MOST_BYTES = 1 << 26

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
      throw faultOf(place, 'sink-differs', sentence, cause)
    })
    return Number(metadata.num_rows)
  }

  await guarded(() => makeFolder(folder))
  return {
    identity: undefined,
    batches: {
      records: config.rows,
      bytes: MOST_BYTES,
      lingerMs: Math.ceil(config.every / 1000),
    },
    claim: (partition) =>
      guarded(async () => {
        const own = await claimPartition(options, {
          folder,
          partition,
          ledger: ledgerOf(partition),
        })
        return { ...own, write: (batch) => guarded(() => own.write(batch)) }
      }),
    positions: () => guarded(positions),
    count: () => guarded(count),
    close: () => Promise.resolve(),
  }
}

interface PartitionPlace {
  /** Of the topic. */
  readonly folder: string
  readonly ledger: string
  readonly partition: number
}

async function claimPartition(
  { topology, name, topic, config }: Options,
  { folder, ledger, partition }: PartitionPlace,
): Promise<SinkPartition> {
  const place = { sink: name, connection: config.connection ?? name }
  const columns = fileColumns(topic, partition)
  const types = columnTypes(columns)
  const problemOf = jsonProblem(topic.record)
  let last = await claim()

  async function claim(): Promise<NumberedEntry> {
    for (;;) {
      const before = await lastEntry(ledger)
      if (before !== undefined) {
        holdEntry(before)
        await show(folder, before.entry.files, before.entry.epoch)
      }
      const { number, entry } = before ?? { number: 0, entry: undefined }
      const own = {
        number: number + 1,
        entry: {
          ...{ topology, sink: name, epoch: (entry?.epoch ?? 0) + 1 },
          ...{ position: entry?.position ?? null, files: [] },
          columns: { ...entry?.columns, ...types },
        },
      }
      if (!(await appendEntry(ledger, own))) continue
      await removeHidden(folder, { partition, epoch: own.entry.epoch })
      await removeScratch(ledger)
      await holdFiles(own.entry.position ?? 0)
      return own
    }
  }

  /** @throws EngineError where the folder is another's, or its files have other types. */
  function holdEntry({ entry }: NumberedEntry): void {
    const differs = (sentence: string) => faultOf(place, 'sink-differs', `${folder}: ${sentence}`)
    if (entry.topology !== topology || entry.sink !== name) {
      throw differs(
        `sink "${entry.sink}" of topology "${entry.topology}" writes it; name another folder`,
      )
    }
    for (const [column, type] of Object.entries(types)) {
      const held = entry.columns[column]
      if (held === undefined || held === type) continue
      throw differs(
        `column "${column}" is ${held} in its files and would be ${type} now; ` +
          'name another folder, or the field otherwise',
      )
    }
  }

  /** @throws EngineError for files that would hold records twice. */
  async function holdFiles(position: number): Promise<void> {
    const ahead = (await shownFiles(folder)).find(
      (file) => file.partition === partition && file.next > position,
    )
    if (ahead === undefined) return
    throw faultOf(
      place,
      'sink-differs',
      `${ahead.path} holds records beyond the position ${String(position)}; ` +
        'move the files of its partition away, or bring "_millrace" back',
    )
  }

  async function write(batch: SinkBatch): Promise<readonly Refusal[]> {
    const refusals = batch.records.flatMap((record) => {
      const reason = record.value === null ? undefined : problemOf?.(record.value)
      return reason === undefined ? [] : [{ record, reason }]
    })
    if (refusals.length > 0) return refusals
    const { number, entry } = last
    const files = await writeHidden(folder, batch, { columns, epoch: entry.epoch })
    const next = { number: number + 1, entry: { ...entry, position: batch.next, files } }
    if (!(await appendEntry(ledger, next))) {
      const what = `partition ${String(partition)} of topic "${topic.name}"`
      throw faultOf(place, 'sink-fenced', `another process writes ${what}`)
    }
    last = next
    await show(folder, files, entry.epoch)
    return []
  }

  return { position: last.entry.position ?? undefined, write }
}
