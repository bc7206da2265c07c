// Names of the entries of a store under the places of their keys, and where committed ones are read
// from, all of a key at once. A name is JSON, `["EURUSD","order-1"]`, so that the names of a key
// begin alike and like those of no other, whatever characters are in it.
import type { StoreType } from '../../topology/signature.ts'
import type { At } from './bucket.ts'
import type { EntrySource } from './task-store.ts'

export interface BucketSource {
  readonly nameOf: (key: string, at: At) => string
  /** The committed entries of a key, in no order; where they cannot be read again, once. */
  readonly load: (key: string) => Iterable<readonly [At, Uint8Array]>
}

/** The place of the one entry of a key, in a store of kind `value`. */
export const ONLY = ''

/** `prefix`: what the names begin with. */
export function bucketSource(
  { kind = 'value' }: StoreType,
  source: EntrySource,
  prefix: string,
): BucketSource {
  if (kind === 'value') {
    const nameOf = (key: string): string => prefix + key
    return {
      nameOf,
      load: (key) => {
        const bytes = source.read(nameOf(key))
        return bytes === undefined ? [] : [[ONLY, bytes]]
      },
    }
  }
  const nameOf = (key: string, at: At): string => prefix + JSON.stringify([key, at])
  return {
    nameOf,
    load: function* (key) {
      const start = `${prefix}[${JSON.stringify(key)},`
      for (const [name, bytes] of source.entries(start)) {
        yield [JSON.parse(name.slice(start.length, -1)) as At, bytes]
      }
    },
  }
}
