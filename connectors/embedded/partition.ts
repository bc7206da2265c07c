// A partition of an embedded log: its chunks by base offset, and beside them where it begins, where
// it ends and how old its oldest chunk is. What changes it runs inside of a write transaction.
import type { Fetched, StoredBatch } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { RecordBatch } from '../record-batch.ts'
import { type Chunk, decodeChunk, encodeChunk, lastOffset, type Scratch } from './chunk.ts'
import { type Database, readAligned } from './environment.ts'
import { baseOffsetOf, beforeChunks, behind, chunkKey, partitionKey } from './keys.ts'
import { piecesOf } from './rows.ts'
import type { Topic } from './topics.ts'

/** Which partition, and where it is stored. */
export interface Place {
  readonly database: Database
  readonly topic: Topic
  readonly partition: number
}

export interface PartitionState {
  /** The first offset that is kept. */
  readonly first: number
  /** The offset that the next record gets. */
  readonly next: number
  /** When the first chunk was appended, in microseconds; Infinity where there is none. */
  readonly oldest: number
  /** Rows that are stored. */
  readonly rows: number
  /** Rows from which on it is compacted, if it keeps the latest. */
  readonly compactFrom: number
}

export interface StoredChunk extends Chunk {
  readonly baseOffset: number
}

const STATE_BYTES = 40
const FIRST_COMPACTION = 1_000

export function stateOf({ database, topic, partition }: Place): PartitionState {
  const stored = database.getBinaryFast(partitionKey(topic.id, partition))
  if (stored === undefined) {
    return { first: 0, next: 0, oldest: Infinity, rows: 0, compactFrom: FIRST_COMPACTION }
  }
  const at = (index: number): number => stored.readDoubleBE(8 * index)
  return { first: at(0), next: at(1), oldest: at(2), rows: at(3), compactFrom: at(4) }
}

export function writeState({ database, topic, partition }: Place, state: PartitionState): void {
  const stored = Buffer.allocUnsafe(STATE_BYTES)
  const { first, next, oldest, rows, compactFrom } = state
  for (const [index, value] of [first, next, oldest, rows, compactFrom].entries()) {
    stored.writeDoubleBE(value, 8 * index)
  }
  database.putSync(partitionKey(topic.id, partition), stored)
}

export function appendBatch(
  place: Place,
  batch: RecordBatch,
  { appended, scratch }: { readonly appended: number; readonly scratch: Scratch },
): void {
  if (batch.count === 0) return
  const state = stateOf(place)
  let { next } = state
  for (const piece of piecesOf(batch)) {
    writeChunk(place, { batch: piece, offsets: undefined, appended, baseOffset: next }, scratch)
    next += piece.count
  }
  const oldest = Math.min(state.oldest, appended)
  writeState(place, { ...state, next, oldest, rows: state.rows + batch.count })
}

export function writeChunk(place: Place, chunk: StoredChunk, scratch: Scratch): void {
  const { database, topic, partition } = place
  const key = chunkKey(topic.id, partition, chunk.baseOffset)
  database.putSync(key, encodeChunk(chunk, scratch))
}

/**
 * Whole chunks from the offset on, at least one where there is one.
 *
 * @throws EngineError `offset-gone`, `log-damaged`.
 */
export function readFrom(place: Place, offset: number, maxRecords: number): Fetched {
  const { name, keeps } = place.topic.spec
  const { first, next: stable } = stateOf(place)
  if (offset < first || offset > stable) throw gone(place, offset, { first, stable })
  const batches: StoredBatch[] = []
  let next = offset
  let rows = 0
  while (next < stable && (rows < maxRecords || batches.length === 0)) {
    const chunk = seek(place, next)
    if (chunk === undefined) {
      // Only compaction leaves an end without records.
      if (keeps === 'all') throw damaged(place, next)
      next = stable
      break
    }
    const from = rowAt(chunk, next)
    const { batch, baseOffset, offsets } = chunk
    batches.push({ batch, from, baseOffset, offsets })
    rows += batch.count - from
    next = lastOffset(chunk, baseOffset) + 1
  }
  return { topic: name, partition: place.partition, batches, next, stable }
}

/** Deletes the chunks that lie before the offset altogether. */
export function deleteBefore(place: Place, offset: number): void {
  const state = stateOf(place)
  const end = Math.min(offset, state.next)
  dropChunks(place, (_, following) => following <= end, Math.min(end, state.next))
}

/** Deletes the chunks that were appended before that moment. */
export function deleteOlder(place: Place, moment: number): void {
  if (stateOf(place).oldest >= moment) return
  dropChunks(place, (base) => readChunk(place, base).appended < moment, Infinity)
}

/**
 * Deletes chunks from the first one on while `isOver` says so, given a chunk's base offset and
 * that of the one behind it. The partition then begins at `most`, or earlier if records are left.
 */
function dropChunks(
  place: Place,
  isOver: (baseOffset: number, following: number) => boolean,
  most: number,
): void {
  const { database, topic, partition } = place
  const state = stateOf(place)
  const { doomed, kept } = chunksWhile(place, isOver, state.next)
  if (doomed.length === 0) return
  let { rows } = state
  for (const base of doomed) {
    rows -= readChunk(place, base).batch.count
    database.removeSync(chunkKey(topic.id, partition, base))
  }
  const first = Math.max(state.first, Math.min(kept ?? state.next, most))
  const oldest = kept === undefined ? Infinity : readChunk(place, kept).appended
  writeState(place, { ...state, first, oldest, rows })
}

/** Base offsets from the first on while `holds` says so, and the one where it ended. */
function chunksWhile(
  place: Place,
  holds: (baseOffset: number, following: number) => boolean,
  end: number,
): { readonly doomed: readonly number[]; readonly kept: number | undefined } {
  const doomed: number[] = []
  let kept: number | undefined
  for (const base of baseOffsets(place)) {
    if (kept !== undefined) {
      if (!holds(kept, base)) return { doomed, kept }
      doomed.push(kept)
    }
    kept = base
  }
  if (kept === undefined || !holds(kept, end)) return { doomed, kept }
  return { doomed: [...doomed, kept], kept: undefined }
}

/** In order; read while they are asked for. */
export function* baseOffsets({ database, topic, partition }: Place): Generator<number> {
  const start = beforeChunks(topic.id, partition)
  for (const key of database.getKeys({ start, end: behind(start) })) {
    yield baseOffsetOf(Buffer.from(key))
  }
}

/** @throws EngineError `log-damaged`. */
export function readChunk(place: Place, baseOffset: number): StoredChunk {
  const chunk = findChunk(place, baseOffset)
  if (chunk === undefined) throw damaged(place, baseOffset)
  return chunk
}

/** The first chunk that holds the offset, or a later one. */
function seek(place: Place, offset: number): StoredChunk | undefined {
  const exact = findChunk(place, offset)
  if (exact !== undefined) return exact
  const { database, topic, partition } = place
  const before = beforeChunks(topic.id, partition)
  const start = chunkKey(topic.id, partition, offset)
  for (const key of database.getKeys({ start, end: before, reverse: true, limit: 1 })) {
    const chunk = readChunk(place, baseOffsetOf(Buffer.from(key)))
    if (lastOffset(chunk, chunk.baseOffset) >= offset) return chunk
  }
  for (const key of database.getKeys({ start, end: behind(before), limit: 1 })) {
    return readChunk(place, baseOffsetOf(Buffer.from(key)))
  }
  return undefined
}

function findChunk(place: Place, baseOffset: number): StoredChunk | undefined {
  const { database, topic, partition } = place
  const stored = readAligned(database, chunkKey(topic.id, partition, baseOffset))
  if (stored === undefined) return undefined
  const chunk = decodeChunk(stored)
  if (chunk === undefined) throw damaged(place, baseOffset)
  return { ...chunk, baseOffset }
}

/** The first row at or behind the offset. */
function rowAt({ batch, baseOffset, offsets }: StoredChunk, offset: number): number {
  if (offsets === undefined) return Math.max(0, offset - baseOffset)
  let [low, high] = [0, batch.count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((offsets[middle] ?? 0) >= offset) high = middle
    else low = middle + 1
  }
  return low
}

function gone(
  { topic, partition }: Place,
  offset: number,
  { first, stable }: { readonly first: number; readonly stable: number },
): EngineError {
  const { name } = topic.spec
  return new EngineError(
    'offset-gone',
    `offset ${offset} of "${name}" ${partition} is gone, it holds ${first} to ${stable}; ` +
      'rewind to what is kept',
    { coordinates: { topic: name, partition, offset } },
  )
}

function damaged({ topic, partition }: Place, offset: number): EngineError {
  const { name } = topic.spec
  return new EngineError(
    'log-damaged',
    `the records of "${name}" ${partition} from offset ${offset} on are damaged; ` +
      'restore the log from a copy, or feed it again',
    { coordinates: { topic: name, partition, offset } },
  )
}
