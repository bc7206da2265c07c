// The files of a partition: written under a hidden name, which no reader takes, and shown when the
// commit that names them is made. What is hidden and named by no commit is nobody's.
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ParquetColumn } from '../../schemas/parquet-columns.ts'
import { parquetBytes } from '../../schemas/parquet-bytes.ts'
import type { SinkBatch, SinkRecord } from '../sink.ts'
import { makeFolder, syncFolder, unlessMissing, writeDurably } from './ledger.ts'

const DAY = /^day=\d{4}-\d\d-\d\d$/
const SHOWN = /^(\d+)-(\d{12})-(\d{12})\.parquet$/
const HIDDEN = /^\.(\d+)-\d{12}-\d{12}\.(\d+)\.partial$/

/**
 * Writes a batch, hidden and durable: a file for each day of event time. Names are from the folder
 * on, as they will be shown.
 */
export async function writeHidden(
  folder: string,
  batch: SinkBatch,
  about: { readonly columns: readonly ParquetColumn<SinkRecord>[]; readonly epoch: number },
): Promise<readonly string[]> {
  const range = [batch.from, batch.next].map((offset) => String(offset).padStart(12, '0'))
  const name = `${String(batch.partition)}-${range.join('-')}.parquet`
  const files: string[] = []
  for (const [day, records] of byDay(batch.records)) {
    const file = join(`day=${day}`, name)
    const own = join(folder, `day=${day}`)
    await makeFolder(own)
    const bytes = parquetBytes(about.columns, [records])
    await writeDurably(join(folder, hiddenName(file, about.epoch)), bytes)
    await syncFolder(own)
    files.push(file)
  }
  return files
}

/** Shows what a commit has named, unless it is shown. */
export async function show(folder: string, files: readonly string[], epoch: number): Promise<void> {
  for (const file of files) {
    const shown = join(folder, file)
    await unlessMissing(rename(join(folder, hiddenName(file, epoch)), shown))
    await unlessMissing(syncFolder(dirname(shown)))
  }
}

export interface ShownFile {
  readonly path: string
  readonly partition: number
  /** The offset behind its last record's. */
  readonly next: number
}

export async function shownFiles(folder: string): Promise<readonly ShownFile[]> {
  return (await filesIn(folder)).flatMap(({ path, name }) => {
    const [, partition, , next] = SHOWN.exec(name) ?? []
    return next === undefined ? [] : [{ path, partition: Number(partition), next: Number(next) }]
  })
}

/** Removes what is hidden of a partition since before an epoch: nobody can commit it any more. */
export async function removeHidden(
  folder: string,
  { partition, epoch }: { readonly partition: number; readonly epoch: number },
): Promise<void> {
  for (const { path, name } of await filesIn(folder)) {
    const [, own, since] = HIDDEN.exec(name) ?? []
    if (Number(own) === partition && Number(since) < epoch) await rm(path, { force: true })
  }
}

async function filesIn(folder: string) {
  const days = ((await unlessMissing(readdir(folder))) ?? []).filter((name) => DAY.test(name))
  const files = await Promise.all(
    days.map(async (day) => {
      const names = (await unlessMissing(readdir(join(folder, day)))) ?? []
      return names.map((name) => ({ name, path: join(folder, day, name) }))
    }),
  )
  return files.flat()
}

function hiddenName(file: string, epoch: number): string {
  const [day = '', name = ''] = file.split('/')
  return join(day, `.${name.slice(0, -'.parquet'.length)}.${String(epoch)}.partial`)
}

/** Days of event time, UTC. */
function byDay(records: readonly SinkRecord[]): ReadonlyMap<string, readonly SinkRecord[]> {
  const days = new Map<string, SinkRecord[]>()
  for (const record of records) {
    const day = new Date(Math.floor(record.time / 1000)).toISOString().slice(0, 10)
    const own = days.get(day)
    if (own === undefined) days.set(day, [record])
    else own.push(record)
  }
  return days
}
