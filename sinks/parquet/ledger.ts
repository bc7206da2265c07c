// Who writes a partition and how far it has come: a row of numbered files, each of which is a claim
// or a commit. An entry is made by a hard link, which fails where its number is taken, so of two
// writers one goes on and the other has been overtaken. The last entry counts.
import { link, mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from './disk-fault.ts'

export interface Entry {
  readonly topology: string
  readonly sink: string
  /** Grows with each claim. */
  readonly epoch: number
  /** Null: nothing was ever written. */
  readonly position: number | null
  /** What this commit has made, from the topic's folder on. */
  readonly files: readonly string[]
  /** Columns that were ever written, with their types. */
  readonly columns: Readonly<Record<string, string>>
}

export interface NumberedEntry {
  readonly number: number
  readonly entry: Entry
}

/** Entries that stay behind the last, for those who are just listing them. */
const KEPT = 4
const SCRATCH = '.entry-'
const NAME = /^(\d{12})\.json$/

/** The last entry; undefined before the first. */
export async function lastEntry(folder: string): Promise<NumberedEntry | undefined> {
  for (;;) {
    const number = (await numbersIn(folder)).at(-1)
    if (number === undefined) return undefined
    const text = await unlessMissing(readFile(join(folder, nameOf(number)), 'utf8'))
    // Others have gone on meanwhile, and removed it.
    if (text !== undefined) return { number, entry: JSON.parse(text) as Entry }
  }
}

/**
 * Makes the entry durable as the next; false if somebody else has gone on meanwhile. It may have
 * been the last for a while even then.
 */
export async function appendEntry(folder: string, { number, entry }: NumberedEntry) {
  await makeFolder(folder)
  const scratch = await mkdtemp(join(folder, SCRATCH))
  try {
    const written = join(scratch, 'entry.json')
    await writeDurably(written, Buffer.from(`${JSON.stringify(entry, null, 2)}\n`))
    if (!(await unlessThere(link(written, join(folder, nameOf(number)))))) return false
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  await syncFolder(folder)
  const numbers = await numbersIn(folder)
  // Its number was used long ago and removed, by those who stand behind it.
  if (numbers.at(-1) !== number) return false
  for (const old of numbers) {
    if (old < number - KEPT) await rm(join(folder, nameOf(old)), { force: true })
  }
  return true
}

/** Removes what processes that were killed have begun; one that lives begins again. */
export async function removeScratch(folder: string): Promise<void> {
  for (const name of (await unlessMissing(readdir(folder))) ?? []) {
    if (name.startsWith(SCRATCH)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Makes a folder and those above it, durably. Node's own way never returns where a file system
 * denies that a folder which it has just shown can hold another, as /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  const make = () => unlessThere(mkdir(folder))
  const isMade = await make().catch(async (error: unknown) => {
    const above = dirname(folder)
    if (systemCode(error) !== 'ENOENT' || above === folder) throw error
    await makeFolder(above)
    return make()
  })
  if (isMade) await syncFolder(dirname(folder))
}

/** Whether it was made; false if it is there. */
async function unlessThere(making: Promise<unknown>): Promise<boolean> {
  try {
    await making
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

export async function writeDurably(
  path: string,
  chunks: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await open(path, 'w')
  try {
    for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) {
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Undefined where there is no such file or folder. */
export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = (await unlessMissing(readdir(folder))) ?? []
  const numbers = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number)
  return numbers.toSorted((one, other) => one - other)
}

function nameOf(number: number): string {
  return `${String(number).padStart(12, '0')}.json`
}
