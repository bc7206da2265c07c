// A store of entries under a key and a place below it, and of entries that are kept for a time. A
// commit writes the entries that changed; memory holds and lets go of all entries of a key at once,
// its bucket.
import type { PlacedStore, Store, WindowStore } from '../../operators/operator.ts'
import type { StoreType } from '../../topology/signature.ts'
import { type At, Bucket, type Kept } from './bucket.ts'
import { type BucketSource, bucketSource, ONLY } from './bucket-source.ts'
import { Expiry } from './expiry.ts'
import { RecentlyUsed } from './recently-used.ts'
import { type EntryCodec, entryCodec, keepByClock } from './stored-entry.ts'
import { sizeOf, type StoreOptions, type TaskStore } from './task-store.ts'

export class BucketStore implements TaskStore {
  readonly face: object
  readonly #codec: EntryCodec
  readonly #source: BucketSource
  readonly #now: () => number
  readonly #buckets: RecentlyUsed<Bucket>
  readonly #changed: Bucket[] = []
  readonly #expiry: Expiry | undefined
  /** How long an entry stays after it was edited; infinity where nothing goes by the clock. */
  readonly #keep: number
  /** How far an entry of a window may lie below the greatest; infinity where that is no matter. */
  readonly #reach: number
  /** The last one asked for: records of a key come in runs. */
  #last: Bucket | undefined

  constructor({ type, source, entries, notes, limit, now }: StoreOptions) {
    this.#codec = entryCodec(type)
    this.#source = bucketSource(type, source, entries)
    this.#now = now
    this.#buckets = new RecentlyUsed(source.canReadAgain ? limit : Number.POSITIVE_INFINITY)
    const keep = keepByClock(type)
    if (keep !== undefined) this.#expiry = new Expiry(keep, source, notes)
    this.#keep = keep ?? Number.POSITIVE_INFINITY
    this.#reach = (type.kind === 'window' ? type.keep : undefined) ?? Number.POSITIVE_INFINITY
    this.face = this.#faceOf(type)
  }

  get bytes(): number {
    return this.#buckets.bytes
  }

  takeChanges(take: (name: string, bytes: Uint8Array | null) => void): void {
    for (const key of this.#expiry?.takeDue(this.#now()) ?? []) this.#sweep(this.#find(key))
    for (const bucket of this.#changed) {
      let { bytes } = bucket
      for (const at of bucket.changed) {
        const kept = bucket.get(at)
        const encoded = kept ? this.#codec.encode(kept.entry, kept.edited) : null
        if (kept) {
          bytes += sizeOf(encoded) - kept.bytes
          kept.bytes = sizeOf(encoded)
        }
        take(this.#source.nameOf(bucket.key, at), encoded)
      }
      bucket.changed.clear()
      this.#buckets.resize(bucket, bytes)
      // Once this is committed there is nothing to read, so nothing needs to be remembered.
      if (bucket.size === 0) this.#buckets.drop(bucket.key, bucket)
    }
    this.#changed.length = 0
    this.#last = undefined
    this.#expiry?.takeChanges(take)
  }

  letGo(): void {
    this.#buckets.letGo()
  }

  #faceOf({ kind }: StoreType): object {
    if (kind === undefined || kind === 'value') {
      return {
        get: (key) => this.#get(key, ONLY),
        edit: (key, start) => this.#edit(key, ONLY, start),
        delete: (key) => this.#delete(key, ONLY),
      } satisfies Store<object>
    }
    const placed: PlacedStore<At, object> = {
      get: (key, at) => this.#get(key, at),
      edit: (key, at, start) => this.#edit(key, at, start),
      delete: (key, at) => this.#delete(key, at),
      entries: (key, from, to) => this.#entries(key, from, to),
    }
    if (kind === 'map') return placed
    return {
      ...(placed as PlacedStore<number, object>),
      edit: (key, at, start) => {
        if (!Number.isSafeInteger(at)) throw new Error('a place in a window is no safe integer')
        // So that -0 is 0 here too, as it is where it is stored.
        return this.#edit(key, at + 0, start)
      },
      last: (key, atMost) => this.#lastOf(key, atMost),
    } satisfies WindowStore<object>
  }

  #get(key: string, at: At): object | undefined {
    const kept = this.#find(key).get(at)
    return kept !== undefined && this.#isThere(kept) ? kept.entry : undefined
  }

  #edit(key: string, at: At, start: () => object): object {
    const bucket = this.#find(key)
    const known = bucket.get(at)
    if (known !== undefined && this.#isThere(known)) {
      this.#touch(bucket, at)
      this.#stamp(bucket, at, known)
      return known.entry
    }
    const kept: Kept = { entry: start(), edited: NaN, bytes: known?.bytes ?? 0 }
    bucket.set(at, kept)
    bucket.version += 1
    this.#touch(bucket, at)
    this.#stamp(bucket, at, kept)
    if (this.#reach !== Number.POSITIVE_INFINITY) this.#prune(bucket)
    return kept.entry
  }

  #delete(key: string, at: At): void {
    const bucket = this.#find(key)
    const kept = bucket.get(at)
    // What is gone is left to the sweep: a step that goes through the others is not disturbed.
    if (kept === undefined || !this.#isThere(kept)) return
    bucket.version += 1
    this.#remove(bucket, at, kept)
  }

  *#entries(key: string, from?: At, to?: At): Generator<readonly [At, object]> {
    const bucket = this.#find(key)
    const { order, version } = bucket
    const end = to === undefined ? order.length : bucket.indexOf(to)
    for (let index = from === undefined ? 0 : bucket.indexOf(from); index < end; index += 1) {
      const at = order[index]
      const kept = at === undefined ? undefined : bucket.get(at)
      if (at === undefined || kept === undefined) throw new Error('a place without an entry')
      if (!this.#isThere(kept)) continue
      yield [at, kept.entry]
      if (bucket.version !== version) {
        throw new Error('entries of a key were made or deleted while it was gone through')
      }
    }
  }

  #lastOf(key: string, atMost?: number): readonly [number, object] | undefined {
    const bucket = this.#find(key)
    const { order } = bucket
    const behind = atMost === undefined ? order.length : bucket.indexOf(Math.floor(atMost) + 1)
    const at = order[behind - 1]
    const kept = at === undefined ? undefined : bucket.get(at)
    return kept && [at as number, kept.entry]
  }

  #isThere({ edited }: Kept): boolean {
    return this.#keep === Number.POSITIVE_INFINITY || this.#now() <= edited + this.#keep
  }

  #touch(bucket: Bucket, at: At): void {
    if (bucket.changed.size === 0) this.#changed.push(bucket)
    bucket.changed.add(at)
  }

  #stamp(bucket: Bucket, at: At, kept: Kept): void {
    const now = this.#now()
    if (this.#expiry === undefined || kept.edited === now) return
    kept.edited = now
    bucket.setLast(at, kept)
    const slice = this.#expiry.sliceAt(now)
    if (bucket.noted === slice) return
    bucket.noted = slice
    this.#expiry.note(slice, bucket.key)
  }

  #remove(bucket: Bucket, at: At, kept: Kept): void {
    this.#touch(bucket, at)
    bucket.delete(at)
    this.#buckets.resize(bucket, bucket.bytes - kept.bytes)
  }

  #prune(bucket: Bucket): void {
    const least = (bucket.order.at(-1) as number) - this.#reach
    for (let at = bucket.order[0] as number; at < least; at = bucket.order[0] as number) {
      const kept = bucket.get(at)
      if (kept === undefined) throw new Error('a place without an entry')
      this.#remove(bucket, at, kept)
    }
  }

  #sweep(bucket: Bucket): void {
    for (const [at, kept] of bucket.byEdit) {
      if (this.#isThere(kept)) break
      this.#remove(bucket, at, kept)
    }
    if (bucket.size === 0 && bucket.changed.size === 0) this.#buckets.drop(bucket.key, bucket)
  }

  #find(key: string): Bucket {
    if (this.#last?.key === key) return this.#last
    this.#last = this.#buckets.get(key) ?? this.#load(key)
    return this.#last
  }

  #load(key: string): Bucket {
    const bucket = new Bucket(key)
    bucket.bytes = sizeOf(null)
    const loaded = [...this.#source.load(key)].map(([at, bytes]): [At, Kept] => {
      return [at, { ...this.#codec.decode(bytes), bytes: sizeOf(bytes) }]
    })
    if (this.#expiry !== undefined) loaded.sort(([, a], [, b]) => a.edited - b.edited)
    for (const [at, kept] of loaded) {
      bucket.set(at, kept)
      bucket.bytes += kept.bytes
    }
    this.#buckets.add(key, bucket)
    return bucket
  }
}
