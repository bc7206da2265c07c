// A store of one entry per key that is kept for ever. Entries are objects in memory, read from the
// log's state when first asked for; what was touched since the last commit goes into the next one.
// An abort drops the task with its stores, so nothing here needs to be undone.
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import type { Value } from '../../schemas/type.ts'
import type { Store } from '../../operators/operator.ts'
import { RecentlyUsed } from './recently-used.ts'
import { type EntrySource, sizeOf, type StoreOptions, type TaskStore } from './task-store.ts'

interface Kept {
  /** Undefined: there is none. */
  entry: object | undefined
  isChanged: boolean
  bytes: number
}

export class EntryStore implements TaskStore {
  readonly #codec: Codec
  readonly #source: EntrySource
  readonly #prefix: string
  readonly #kept: RecentlyUsed<Kept>
  readonly #changed: string[] = []
  /** The last entry asked for: records of a key come in runs. */
  #lastKey: string | undefined
  #last: Kept | undefined

  constructor({ type, source, entries, limit }: Omit<StoreOptions, 'notes' | 'now'>) {
    this.#codec = createCodec(typeToAvro(type.entry))
    this.#source = source
    this.#prefix = entries
    this.#kept = new RecentlyUsed(source.canReadAgain ? limit : Number.POSITIVE_INFINITY)
  }

  readonly face: Store<object> = {
    get: (key) => this.#find(key).entry,
    edit: (key, start) => {
      const kept = this.#find(key)
      const entry = (kept.entry ??= start())
      if (!kept.isChanged) this.#change(key, kept)
      return entry
    },
    delete: (key) => {
      const kept = this.#find(key)
      kept.entry = undefined
      if (!kept.isChanged) this.#change(key, kept)
    },
  }

  get bytes(): number {
    return this.#kept.bytes
  }

  takeChanges(take: (name: string, bytes: Uint8Array | null) => void): void {
    for (const key of this.#changed) {
      const kept = this.#find(key)
      const bytes = kept.entry === undefined ? null : this.#codec.encode(kept.entry as Value)
      this.#kept.resize(kept, sizeOf(bytes))
      kept.isChanged = false
      take(this.#prefix + key, bytes)
    }
    this.#changed.length = 0
  }

  letGo(): void {
    if (this.#kept.letGo()) this.#lastKey = undefined
  }

  #change(key: string, kept: Kept): void {
    kept.isChanged = true
    this.#changed.push(key)
  }

  #find(key: string): Kept {
    if (key === this.#lastKey && this.#last !== undefined) return this.#last
    const kept = this.#kept.get(key) ?? this.#load(key)
    this.#lastKey = key
    this.#last = kept
    return kept
  }

  #load(key: string): Kept {
    const bytes = this.#source.read(this.#prefix + key)
    const entry = bytes && this.#codec.decode(bytes)
    const kept: Kept = { entry, isChanged: false, bytes: sizeOf(bytes) }
    this.#kept.add(key, kept)
    return kept
  }
}
