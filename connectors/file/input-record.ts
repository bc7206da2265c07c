// What an input yields: one topic's history, item by item, in the order of its file. This is the
// contract between whatever reads files and whatever runs them.
import type { Value } from '../../schemas/type.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

/** What must be known of a topic to read its history. */
export type InputTopic = Pick<
  PlannedTopic,
  'name' | 'schema' | 'record' | 'key' | 'time' | 'available' | 'delay' | 'unit'
>

/**
 * One item of a topic's history: a record, a heartbeat, or what could not be read. Times are
 * integer microseconds.
 */
export type InputItem =
  | {
      readonly kind: 'record'
      /** null is a tombstone, which has a key. */
      readonly value: Value | null
      /**
       * Canonical key text; given where `value` is null, as there is nothing else to take it from.
       */
      readonly key?: string
      /** Event time. */
      readonly time: number
      /** When it could be known. */
      readonly available: number
      /** `ticks.csv:17`, the line on which it ends; `ticks.avro:record 17` counts from 1. */
      readonly place: string
    }
  /** A promise that nothing with an earlier `available` follows. */
  | { readonly kind: 'heartbeat'; readonly available: number }
  | {
      readonly kind: 'bad'
      /** Names the field and what it should be, never the value. */
      readonly reason: string
      readonly place: string
      /**
       * The line; where that is not UTF-8, `base64:` and its bytes; where it is too long, its
       * beginning.
       */
      readonly original: string
      /** When it could be known, where that much could be read. */
      readonly available?: number
    }

/**
 * A topic's history in a file, in batches, so that nothing is awaited per record. Can be iterated
 * once.
 */
export interface InputFile extends AsyncIterable<readonly InputItem[]> {
  /**
   * Columns and fields that the file has and the schema lacks, with the number of records that
   * carry them. Grows while the file is read; complete when it has been read.
   */
  readonly ignored: ReadonlyMap<string, number>
}

/**
 * The most bytes that one record may take in a file: what Kafka takes by default. Longer ones are
 * bad.
 */
export const LONGEST_RECORD = 1 << 20
