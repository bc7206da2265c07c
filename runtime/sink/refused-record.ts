// A record that a sink cannot write, and why: the outside takes no such value, or nobody can
// read it.
import type { Refusal } from '../../sinks/sink.ts'
import type { Value } from '../../schemas/type.ts'
import type { UnreadRow } from './read-batches.ts'

export interface RefusedRecord {
  readonly offset: number
  readonly reason: string
  /** Null, as its time and value, where it could not be read. */
  readonly key: string | null
  readonly time: number | null
  /** NaN: unknown. */
  readonly available: number
  readonly value: Value | null
  /** As they stand on the log, where they could not be read. */
  readonly bytes: Buffer | null
}

export function refusedRecord({ record, reason }: Refusal): RefusedRecord {
  return { ...record, reason, bytes: null }
}

export function unreadRecord({ offset, reason, available, bytes }: UnreadRow): RefusedRecord {
  return { offset, reason, key: null, time: null, available, value: null, bytes }
}
