// How an entry stands in the log's state: by its record, and where it is kept for a time only, with
// the clock at which it was edited last.
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import { type RecordType, TIME, type Value } from '../../schemas/type.ts'
import type { StoreType } from '../../topology/signature.ts'

/** An entry that goes by the task's clock, as it is stored. */
export interface StampedEntry {
  readonly edited: number
  readonly entry: object
}

/** How long an entry stays after it was edited; undefined where the clock has no say. */
export function keepByClock({ kind, keep }: StoreType): number | undefined {
  return kind === 'window' ? undefined : keep
}

/** The record of what is stored of an entry. */
function storedRecord(type: StoreType): RecordType {
  const { entry } = type
  if (keepByClock(type) === undefined) return entry
  let record = stamped.get(entry)
  if (record === undefined) {
    const fields = [
      { name: 'edited', type: TIME },
      { name: 'entry', type: entry },
    ]
    record = { kind: 'record', name: `${entry.name}Kept`, fields }
    stamped.set(entry, record)
  }
  return record
}

/** One record for each type, so that its codec is made once. */
const stamped = new WeakMap<RecordType, RecordType>()

export interface EntryCodec {
  readonly encode: (entry: object, edited: number) => Uint8Array
  readonly decode: (bytes: Uint8Array) => StampedEntry
}

export function entryCodec(type: StoreType): EntryCodec {
  const codec = createCodec(typeToAvro(storedRecord(type)))
  if (keepByClock(type) === undefined) {
    return {
      encode: (entry) => codec.encode(entry as Value),
      decode: (bytes) => ({ entry: codec.decode(bytes), edited: 0 }),
    }
  }
  return {
    encode: (entry, edited) => codec.encode({ edited, entry }),
    decode: (bytes) => codec.decode(bytes) as unknown as StampedEntry,
  }
}
