// A topic's history items as rows of batches, one batch for each partition: keys read, values
// encoded, what does not fit kept as unreadable. Synchronous, and counts what it holds.
import { createCodec, CodecError } from '../../schemas/codec.ts'
import { keyBytes, KeyError, keyReader, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import { BatchBuilder } from '../batch-builder.ts'
import type { Append } from '../connector.ts'
import type { InputItem } from '../file/input-record.ts'
import { originalBytes } from '../file/original.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import { type END, HEARTBEAT, RECORD, UNREADABLE } from '../record-batch.ts'
import { createPlaceReader } from './source-place.ts'

/** What must be known of a topic to fill it; a PlannedTopic is one. */
export interface FeedTopic {
  /** The physical topic. */
  readonly topic: string
  /** Avro schema as JSON. */
  readonly schema: unknown
  readonly key: readonly string[]
}

type RecordItem = Extract<InputItem, { readonly kind: 'record' }>

/** Keys whose partitions are remembered; more are forgotten all at once. */
const MOST_KEYS = 100_000
const NO_TIME = NaN
/** A place in no file, such as `quotes[3]` of a test, stands there as it is. */
const NO_LINE = -1

export class FeedRows {
  /** The greatest `available` of records and heartbeats so far, also of rows already taken. */
  clock = Number.NEGATIVE_INFINITY
  /** Of the rows held now. */
  count = 0
  records = 0
  bad = 0
  readonly #topic: string
  readonly #codec
  readonly #keyOf: (value: Value) => string
  readonly #toJson: (value: Value) => Value
  readonly #builders: readonly BatchBuilder[]
  readonly #unreadable: BatchBuilder
  readonly #builderOf: (key: string) => BatchBuilder
  readonly #readPlace = createPlaceReader()

  constructor({ topic, schema, key }: FeedTopic, partitions: number) {
    const builders = Array.from({ length: partitions }, () => new BatchBuilder({ sources: true }))
    const [first] = builders
    if (first === undefined) throw new Error('a topic has at least one partition')
    this.#topic = topic
    this.#codec = createCodec(schema)
    this.#keyOf = keyReader(this.#codec.record, key)
    this.#toJson = valueToJson(this.#codec.record)
    this.#builders = builders
    this.#unreadable = first
    this.#builderOf = partitions === 1 ? () => first : byKey(builders)
  }

  /** Bytes of keys and values held now. */
  get bytes(): number {
    return this.#builders.reduce((sum, { length }) => sum + length, 0)
  }

  add(item: InputItem): void {
    if (item.kind === 'record') this.#addRecord(item)
    else if (item.kind === 'heartbeat') this.promise(HEARTBEAT, item.available)
    else {
      const { reason, original, available = NO_TIME, place } = item
      this.#addUnreadable(reason, originalBytes(original), NO_TIME, available, place)
    }
  }

  /** A heartbeat or END in every partition. */
  promise(kind: typeof HEARTBEAT | typeof END, available: number): void {
    if (available > this.clock) this.clock = available
    for (const builder of this.#builders) builder.add(kind, undefined, null, NO_TIME, available)
    this.count += this.#builders.length
  }

  /** The rows, by partition; none are held then. */
  take(): readonly Append[] {
    this.count = 0
    this.records = 0
    this.bad = 0
    return this.#builders.flatMap((builder, partition) =>
      builder.count === 0 ? [] : [{ topic: this.#topic, partition, batch: builder.take() }],
    )
  }

  #addRecord(item: RecordItem): void {
    const { value, time, available, place } = item
    let builder: BatchBuilder
    try {
      if (value === null) {
        if (item.key === undefined) throw new KeyError('key', 'is missing beside a null value')
        builder = this.#builderOf(item.key)
        builder.add(RECORD, item.key, null, time, available)
      } else {
        const key = item.key ?? this.#keyOf(value)
        builder = this.#builderOf(key)
        builder.addValue(key, this.#codec, value, time, available)
      }
    } catch (error) {
      if (!(error instanceof KeyError || error instanceof CodecError)) throw error
      this.#addUnreadable(error.message, this.#textOf(value), time, available, place)
      return
    }
    if (available > this.clock) this.clock = available
    this.count += 1
    this.records += 1
    this.#addSource(builder, place)
  }

  #addUnreadable(
    reason: string,
    original: Uint8Array,
    time: number,
    available: number,
    place: string,
  ): void {
    this.#unreadable.add(UNREADABLE, reason, original, time, available)
    this.count += 1
    this.bad += 1
    this.#addSource(this.#unreadable, place)
  }

  #addSource(builder: BatchBuilder, place: string): void {
    const source = this.#readPlace(place)
    if (source !== undefined) builder.sourceAt(source.file, source.line)
    else if (place !== '') builder.sourceAt(place, NO_LINE)
  }

  /** A record that fits no row, as JSON; empty where it cannot even be that. */
  #textOf(value: Value | null): Uint8Array {
    try {
      return Buffer.from(JSON.stringify(value && this.#toJson(value)), 'utf8')
    } catch {
      return Buffer.alloc(0)
    }
  }
}

function byKey(builders: readonly BatchBuilder[]): (key: string) => BatchBuilder {
  const known = new Map<string, BatchBuilder>()
  return (key) => {
    const own = known.get(key)
    if (own !== undefined) return own
    const found = builders[partitionOf(keyBytes(key), builders.length)]
    if (found === undefined) throw new Error('a key belongs to one of the partitions')
    if (known.size >= MOST_KEYS) known.clear()
    known.set(key, found)
    return found
  }
}
