// Stores as plain maps. An entry is cloned when a turn first touches it, so that a step that fails
// leaves its state as it was whatever it did; the engine relies on the step's discipline instead,
// and is compared with this.
import { createCodec } from '../../schemas/codec.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import type { Value } from '../../schemas/type.ts'
import type { Store } from '../../operators/operator.ts'
import type { StoreType } from '../../topology/signature.ts'

export class ReferenceStore implements Store<object> {
  readonly #entries = new Map<string, object>()
  /** Entries as they were before the turn; undefined: there was none. */
  readonly #before = new Map<string, object | undefined>()
  readonly #type: StoreType

  constructor(type: StoreType) {
    this.#type = type
  }

  readonly get = (key: string): object | undefined => this.#entries.get(key)

  readonly edit = (key: string, start: () => object): object => {
    let entry = this.#entries.get(key)
    this.#remember(key, entry)
    if (entry === undefined) {
      entry = start()
      this.#entries.set(key, entry)
    }
    return entry
  }

  readonly delete = (key: string): void => {
    this.#remember(key, this.#entries.get(key))
    this.#entries.delete(key)
  }

  #remember(key: string, entry: object | undefined): void {
    if (!this.#before.has(key)) this.#before.set(key, entry && cloneEntry(entry))
  }

  entries(): IterableIterator<[string, object]> {
    return this.#entries.entries()
  }

  /** The turn went well: what it changed stays. */
  keep(): void {
    if (this.#before.size > 0) this.#before.clear()
  }

  /** The turn failed: everything is as it was before. */
  undo(): void {
    for (const [key, entry] of this.#before) {
      if (entry === undefined) this.#entries.delete(key)
      else this.#entries.set(key, entry)
    }
    this.#before.clear()
  }

  /** Saves every entry by its schema and loads it again, as a crash and a restore would. */
  crash(): void {
    const codec = createCodec(typeToAvro(this.#type.entry))
    for (const [key, entry] of this.#entries) {
      this.#entries.set(key, codec.decode(codec.encode(entry as Value)))
    }
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
