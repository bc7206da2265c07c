// What is remembered of a book beside its levels: how far it has come, and what it has said.
import { BOOLEAN, LONG, nullable, type RecordType, TIME } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { Micros } from '../operator.ts'
import { type Top, TOP_FIELDS } from './book-record.ts'

export interface Book {
  /** A snapshot has come, and every change since then. */
  isWhole: boolean
  /** Nothing has been applied since the snapshot. */
  isSnapshot: boolean
  /** Up to which changes are applied; null before the first snapshot. */
  lastUpdate: number | null
  /** The greatest event time of what was taken, so that it never goes back. */
  time: Micros
  /** Levels that each side has. */
  bids: number
  asks: number
  /** Changes that wait for a snapshot; none while the book is whole. */
  waiting: number
  /** Whether the last record given out was valid. */
  saidValid: boolean
  /** The top of the last record that was valid. */
  top: Top
}

export function bookStateRecord(name: string): RecordType {
  return inferredRecord(name, [
    { name: 'isWhole', type: BOOLEAN },
    { name: 'isSnapshot', type: BOOLEAN },
    { name: 'lastUpdate', type: nullable(LONG) },
    { name: 'time', type: TIME },
    { name: 'bids', type: { kind: 'int' } },
    { name: 'asks', type: { kind: 'int' } },
    { name: 'waiting', type: { kind: 'int' } },
    { name: 'saidValid', type: BOOLEAN },
    { name: 'top', type: inferredRecord(`${name}-top`, TOP_FIELDS) },
  ])
}

/** Before every record. */
const NEVER = -8_640_000_000_000_000

/** A book of which nothing is known yet. */
export function noBook(): Book {
  const top = { bid: 0, ask: 0, bid_size: 0, ask_size: 0 }
  const counts = { bids: 0, asks: 0, waiting: 0 }
  const chain = { isWhole: false, isSnapshot: false, lastUpdate: null }
  return { ...chain, time: NEVER, ...counts, saidValid: false, top }
}
