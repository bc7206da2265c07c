// A partition as its writer holds it. A batch is written hidden, its commit is made if nobody has
// claimed the partition since, and only then are its files shown: whoever was overtaken has files
// that nobody sees. A claim shows what the last commit had no time to.
import { type Place, sinkFault } from '../sink-fault.ts'
import type { Refusal, SinkBatch, SinkOptions, SinkPartition } from '../sink.ts'
import type { ParquetConfig, ParquetSettings } from './config.ts'
import { removeHidden, show, shownFiles, writeHidden } from './data-files.ts'
import { appendEntry, type Entry, lastEntry, type NumberedEntry, removeScratch } from './ledger.ts'
import { columnTypes, fileColumns, jsonProblem } from './own-columns.ts'

interface PartitionPlace {
  readonly place: Place
  /** Of the topic. */
  readonly folder: string
  readonly ledger: string
  readonly partition: number
}

type Options = Pick<SinkOptions<ParquetConfig, ParquetSettings>, 'topology' | 'name' | 'topic'>

/** What each entry of this sink says. */
type Own = Pick<Entry, 'topology' | 'sink' | 'columns'>

export async function claimPartition(
  { topology, name, topic }: Options,
  at: PartitionPlace,
): Promise<SinkPartition> {
  const { place, folder, ledger, partition } = at
  const columns = fileColumns(topic, partition)
  const problemOf = jsonProblem(topic.record)
  let last = await claim({ topology, sink: name, columns: columnTypes(columns) }, at)

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
      throw sinkFault(place, 'sink-fenced', `another process writes ${what}`)
    }
    last = next
    await show(folder, files, entry.epoch)
    return []
  }

  return { position: last.entry.position ?? undefined, write }
}

async function claim(own: Own, at: PartitionPlace): Promise<NumberedEntry> {
  const { folder, ledger, partition } = at
  for (;;) {
    const before = await lastEntry(ledger)
    const { number, entry } = before ?? { number: 0, entry: undefined }
    if (entry !== undefined) {
      holdEntry(entry, own, at)
      await show(folder, entry.files, entry.epoch)
    }
    const position = entry?.position ?? null
    const columns = { ...entry?.columns, ...own.columns }
    const epoch = (entry?.epoch ?? 0) + 1
    const claimed = { number: number + 1, entry: { ...own, epoch, position, files: [], columns } }
    if (!(await appendEntry(ledger, claimed))) continue
    await removeHidden(folder, { partition, epoch })
    await removeScratch(ledger)
    await holdFiles(position ?? 0, at)
    return claimed
  }
}

/** @throws EngineError where the folder is another's, or its files have other types. */
function holdEntry(entry: Entry, own: Own, { place, folder }: PartitionPlace): void {
  const differs = (sentence: string) => sinkFault(place, 'sink-differs', `${folder}: ${sentence}`)
  if (entry.topology !== own.topology || entry.sink !== own.sink) {
    throw differs(
      `sink "${entry.sink}" of topology "${entry.topology}" writes it; name another folder`,
    )
  }
  for (const [column, type] of Object.entries(own.columns)) {
    const held = entry.columns[column]
    if (held === undefined || held === type) continue
    throw differs(
      `column "${column}" is ${held} in its files and would be ${type} now; ` +
        'name another folder, or the field otherwise',
    )
  }
}

/** @throws EngineError for files that would hold records twice. */
async function holdFiles(
  position: number,
  { place, folder, partition }: PartitionPlace,
): Promise<void> {
  const ahead = (await shownFiles(folder)).find(
    (file) => file.partition === partition && file.next > position,
  )
  if (ahead === undefined) return
  throw sinkFault(
    place,
    'sink-differs',
    `${ahead.path} holds records beyond the position ${String(position)}; ` +
      'move the files of its partition away, or bring "_millrace" back',
  )
}
