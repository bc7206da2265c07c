// A store of one step in one task. Entries are objects in memory, read from the log's state when
// first asked for; what was touched since the last commit goes into the next one. An abort drops
// the task with its stores, so nothing here needs to be undone.
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import type { Value } from '../../schemas/type.ts'
import type { Store } from '../../operators/operator.ts'
import type { StoreType } from '../../topology/signature.ts'

/** Where committed entries are read from. */
export interface EntrySource {
  readonly read: (key: string) => Uint8Array | undefined
  /** Whether an entry can be read again, so that memory may let go of it. */
  readonly canReadAgain: boolean
}

interface Kept {
  /** Undefined: there is none. */
  entry: object | undefined
  isChanged: boolean
  /** About what it takes, for the limit. */
  bytes: number
}

export class EntryStore implements Store<object> {
  readonly #codec: Codec
  readonly #source: EntrySource
  readonly #limit: number
  /** Entries used lately, and those used before: under the limit both, then the older ones go. */
  #young = new Map<string, Kept>()
  #old = new Map<string, Kept>()
  #bytes = 0
  #oldBytes = 0
  readonly #changed: string[] = []
  /** The last entry asked for: records of a key come in runs. */
  #lastKey: string | undefined
  #last: Kept | undefined

  /** `limit` bytes of encoded entries stay in memory, about; only where they can be read again. */
  constructor(type: StoreType, source: EntrySource, limit = Number.POSITIVE_INFINITY) {
    this.#codec = createCodec(typeToAvro(type.entry))
    this.#source = source
    this.#limit = source.canReadAgain ? limit : Number.POSITIVE_INFINITY
  }

  readonly get = (key: string): object | undefined => this.#find(key).entry

  readonly edit = (key: string, start: () => object): object => {
    const kept = this.#find(key)
    const entry = (kept.entry ??= start())
    if (!kept.isChanged) this.#change(key, kept)
    return entry
  }

  readonly delete = (key: string): void => {
    const kept = this.#find(key)
    kept.entry = undefined
    if (!kept.isChanged) this.#change(key, kept)
  }

  /** About what the entries in memory take. */
  get bytes(): number {
    return this.#bytes + this.#oldBytes
  }

  /** Hands over what changed since the last call: the entry's bytes, or null if it has gone. */
  takeChanges(take: (key: string, bytes: Uint8Array | null) => void): void {
    for (const key of this.#changed) {
      const kept = this.#find(key)
      const bytes = kept.entry === undefined ? null : this.#codec.encode(kept.entry as Value)
      const size = sizeOf(bytes)
      this.#bytes += size - kept.bytes
      kept.bytes = size
      kept.isChanged = false
      take(key, bytes)
    }
    this.#changed.length = 0
  }

  /** To be called once what `takeChanges` gave is committed: only then can it be read again. */
  letGo(): void {
    if (this.#bytes * 2 <= this.#limit) return
    this.#old = this.#young
    this.#young = new Map()
    this.#oldBytes = this.#bytes
    this.#bytes = 0
    this.#lastKey = undefined
  }

  #change(key: string, kept: Kept): void {
    kept.isChanged = true
    this.#changed.push(key)
  }

  #find(key: string): Kept {
    if (key === this.#lastKey && this.#last !== undefined) return this.#last
    const kept = this.#young.get(key) ?? this.#promote(key) ?? this.#load(key)
    this.#lastKey = key
    this.#last = kept
    return kept
  }

  #promote(key: string): Kept | undefined {
    const kept = this.#old.get(key)
    if (kept === undefined) return undefined
    this.#old.delete(key)
    this.#oldBytes -= kept.bytes
    this.#young.set(key, kept)
    this.#bytes += kept.bytes
    return kept
  }

  #load(key: string): Kept {
    const bytes = this.#source.read(key)
    const kept: Kept = {
      entry: bytes && this.#codec.decode(bytes),
      isChanged: false,
      bytes: sizeOf(bytes),
    }
    this.#young.set(key, kept)
    this.#bytes += kept.bytes
    return kept
  }
}

/** What an entry takes beside its bytes: its object, its key, its place in the map. */
const OVERHEAD = 200

function sizeOf(bytes: Uint8Array | null | undefined): number {
  return OVERHEAD + (bytes?.length ?? 0)
}
