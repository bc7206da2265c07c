// Tables of an embedded log: state beside the topics, in the same environment and transactions. A
// key that is too long for LMDB stands under its beginning and a digest, with itself in the value.
import type { Put, Tables } from '../connector.ts'
import type { Database } from './environment.ts'
import { behind, entryKey, isShortened, kept, tableStart } from './keys.ts'

const LENGTH_BYTES = 4

export function tablesOf(database: Database): Tables {
  return {
    get: (table, key) => {
      const at = entryKey(table, key)
      const stored = database.getBinary(at)
      return stored && isShortened(at) ? unwrap(stored).value : stored
    },
    entries: (table, prefix, from = prefix) => entriesOf(database, table, { prefix, from }),
  }
}

/** Inside of a write transaction. */
export function putEntry(database: Database, { table, key, value }: Put): void {
  const at = entryKey(table, key)
  if (value === null) database.removeSync(at)
  else database.putSync(at, isShortened(at) ? wrap(wholeKey(table, key), value) : value)
}

function* entriesOf(
  database: Database,
  table: string,
  { prefix, from }: { readonly prefix: string; readonly from: string },
): Generator<readonly [string, Uint8Array]> {
  const nameEnd = tableStart(table).length
  const wanted = wholeKey(table, prefix)
  const first = wholeKey(table, from)
  const begin = kept(wanted)
  const start = Buffer.compare(first, wanted) > 0 ? kept(first) : begin
  // Shortened keys with the same beginning stand in the order of their digests: sorted here.
  let alike: Entry[] = []
  const flush = function* (): Generator<readonly [string, Uint8Array]> {
    alike.sort((a, b) => Buffer.compare(a.key, b.key))
    for (const { key, value } of alike) yield [key.toString('utf8', nameEnd), value]
    alike = []
  }
  for (const { key, value } of database.getRange({ start, end: behind(begin) })) {
    const entry = isShortened(key) ? unwrap(Buffer.from(value)) : { key: Buffer.from(key), value }
    const [one] = alike
    if (one !== undefined && !(isShortened(key) && kept(one.key).equals(kept(entry.key)))) {
      yield* flush()
    }
    if (!startsWith(entry.key, wanted) || Buffer.compare(entry.key, first) < 0) continue
    if (isShortened(key)) alike.push(entry)
    else yield [entry.key.toString('utf8', nameEnd), value]
  }
  yield* flush()
}

interface Entry {
  readonly key: Buffer
  readonly value: Uint8Array
}

function wholeKey(table: string, key: string): Buffer {
  return Buffer.concat([tableStart(table), Buffer.from(key)])
}

function wrap(key: Buffer, value: Uint8Array): Buffer {
  const head = Buffer.alloc(LENGTH_BYTES)
  head.writeUInt32LE(key.length)
  return Buffer.concat([head, key, value])
}

function unwrap(stored: Buffer): Entry {
  const end = LENGTH_BYTES + stored.readUInt32LE(0)
  return { key: stored.subarray(LENGTH_BYTES, end), value: stored.subarray(end) }
}

function startsWith(key: Buffer, prefix: Buffer): boolean {
  return key.subarray(0, prefix.length).equals(prefix)
}
