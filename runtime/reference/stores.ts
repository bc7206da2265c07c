// Stores as plain maps. An entry is cloned when a turn first touches it, so that a step that fails
// leaves its state as it was whatever it did; the engine relies on the step's discipline instead,
// and is compared with this. What its time has passed is passed over, and never removed.
import { createCodec } from '../../schemas/codec.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import type { Value } from '../../schemas/type.ts'
import type { PlacedStore, Store, WindowStore } from '../../operators/operator.ts'
import type { StoreType } from '../../topology/signature.ts'

type At = string | number

interface Held {
  readonly entry: object
  /** The task's clock when it was edited last. */
  readonly edited: number
}

/** The place of the one entry of a key, in a store of kind `value`. */
const ONLY = ''

export class ReferenceStore {
  readonly #keys = new Map<string, Map<At, Held>>()
  /** What stood at a place before the turn; undefined: nothing. */
  readonly #before = new Map<string, Map<At, Held | undefined>>()
  /** Moves when an entry is made or deleted. */
  readonly #versions = new Map<string, number>()
  readonly #type: StoreType
  readonly #now: () => number

  /** `now`: the task's clock. */
  constructor(type: StoreType, now: () => number) {
    this.#type = type
    this.#now = now
  }

  /** What a step gets of kind `value`. */
  readonly value: Store<object> = {
    get: (key) => this.#get(key, ONLY),
    edit: (key, start) => this.#edit(key, ONLY, start),
    delete: (key) => this.#delete(key, ONLY),
  }

  /** What a step gets of kind `map`. */
  readonly map: PlacedStore<At, object> = {
    get: (key, at) => this.#get(key, at),
    edit: (key, at, start) => this.#edit(key, at, start),
    delete: (key, at) => this.#delete(key, at),
    entries: (key, from, to) => this.#between(key, from, to),
  }

  /** What a step gets of kind `window`. */
  readonly window: WindowStore<object> = {
    ...(this.map as PlacedStore<number, object>),
    edit: (key, at, start) => {
      if (!Number.isSafeInteger(at)) throw new Error('a place in a window is no safe integer')
      const entry = this.#edit(key, at + 0, start)
      if (this.#type.keep !== undefined) this.#prune(key)
      return entry
    },
    last: (key, atMost = Number.POSITIVE_INFINITY) => {
      let last: number | undefined
      for (const at of (this.#keys.get(key)?.keys() ?? []) as Iterable<number>) {
        if (at <= atMost && (last === undefined || at > last)) last = at
      }
      const entry = last === undefined ? undefined : this.#get(key, last)
      return last !== undefined && entry ? [last, entry] : undefined
    },
  }

  /** What a step gets of its kind. */
  get face(): object {
    return this[this.#type.kind ?? 'value']
  }

  /** What is stored, by key, or by `["key",place]` where entries have places. */
  *entries(): Generator<[string, object]> {
    const { kind = 'value', keep } = this.#type
    for (const [key, held] of this.#keys) {
      for (const [at, { entry, edited }] of held) {
        if (this.#get(key, at) === undefined) continue
        const isStamped = kind !== 'window' && keep !== undefined
        const name = kind === 'value' ? key : JSON.stringify([key, at])
        yield [name, isStamped ? { edited, entry } : entry]
      }
    }
  }

  /** The turn went well: what it changed stays. */
  keep(): void {
    if (this.#before.size > 0) this.#before.clear()
  }

  /** The turn failed: everything is as it was before. */
  undo(): void {
    for (const [key, places] of this.#before) {
      for (const [at, held] of places) {
        if (held === undefined) this.#keys.get(key)?.delete(at)
        else this.#of(key).set(at, held)
      }
    }
    this.#before.clear()
  }

  /** Saves every entry by its schema and loads it again, as a crash and a restore would. */
  crash(): void {
    const codec = createCodec(typeToAvro(this.#type.entry))
    for (const held of this.#keys.values()) {
      for (const [at, { entry, edited }] of held) {
        held.set(at, { entry: codec.decode(codec.encode(entry as Value)), edited })
      }
    }
  }

  #of(key: string): Map<At, Held> {
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    const held = new Map<At, Held>()
    this.#keys.set(key, held)
    return held
  }

  #get(key: string, at: At): object | undefined {
    const { kind, keep = Number.POSITIVE_INFINITY } = this.#type
    const held = this.#keys.get(key)?.get(at)
    if (held === undefined) return undefined
    return kind === 'window' || this.#now() <= held.edited + keep ? held.entry : undefined
  }

  #edit(key: string, at: At, start: () => object): object {
    const known = this.#get(key, at)
    const entry = known ?? start()
    this.#remember(key, at)
    this.#of(key).set(at, { entry, edited: this.#now() })
    if (known === undefined) this.#move(key)
    return entry
  }

  #delete(key: string, at: At): void {
    if (this.#get(key, at) === undefined) return
    this.#remember(key, at)
    this.#of(key).delete(at)
    this.#move(key)
  }

  #move(key: string): void {
    this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1)
  }

  /** Places of a key in order, those whose time has passed included. */
  #places(key: string): readonly At[] {
    const places = [...(this.#keys.get(key)?.keys() ?? [])]
    if (this.#type.kind === 'window') return places.sort((a, b) => Number(a) - Number(b))
    // Without a comparison JavaScript sorts texts by their code units.
    return places.sort()
  }

  *#between(key: string, from?: At, to?: At): Generator<readonly [At, object]> {
    const version = this.#versions.get(key)
    for (const at of this.#places(key)) {
      const entry = this.#get(key, at)
      if (entry === undefined) continue
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue
      yield [at, entry]
      if (this.#versions.get(key) !== version) {
        throw new Error('entries of a key were made or deleted while it was gone through')
      }
    }
  }

  #prune(key: string): void {
    const { keep = Number.POSITIVE_INFINITY } = this.#type
    const places = this.#places(key) as readonly number[]
    const least = (places.at(-1) ?? 0) - keep
    for (const at of places) {
      if (at < least) this.#delete(key, at)
    }
  }

  #remember(key: string, at: At): void {
    const before = this.#before.get(key) ?? new Map<At, Held | undefined>()
    this.#before.set(key, before)
    if (before.has(at)) return
    const held = this.#keys.get(key)?.get(at)
    before.set(at, held && { ...held, entry: cloneEntry(held.entry) })
  }
}

/** Entries are plain data: objects, arrays and immutable leaves (decimals are immutable). */
function cloneEntry(entry: object): object {
  if (Array.isArray(entry)) return entry.map(cloneLeaf)
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, cloneLeaf(value)]))
}

function cloneLeaf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype ? cloneEntry(value) : value
}
