// One partition as its one writer holds it. A batch and its position are one statement: it is all
// outside or nothing is, and whoever was deposed moves nothing.
import type { EngineError } from '../../topology/engine-error.ts'
import { type Place, sinkFault } from '../sink-fault.ts'
import type { Refusal, SinkBatch, SinkPartition, SinkRecord } from '../sink.ts'
import type { Database, Query } from './database.ts'
import { faultOf, isDataError, isServerError, refusalReason } from './fault.ts'
import type { ServerError } from './fault.ts'
import { moveValues } from './positions.ts'
import type { Claimed, Reader } from './positions.ts'
import type { Rows } from './rows.ts'
import type { Statements } from './statements.ts'

export interface PartitionOptions {
  readonly database: Database
  readonly place: Place
  readonly reader: Reader
  readonly partition: number
  readonly claimed: Claimed
  readonly rows: Rows
  readonly statements: Statements
  /** Of the index of coordinates, where every record is a row; undefined: rows have a key. */
  readonly offsetIndex: string | undefined
}

export function holdPartition(options: PartitionOptions): SinkPartition {
  const { database, place, reader, partition, claimed, rows, statements } = options
  const { epoch } = claimed
  let position = claimed.position
  let isLost = false

  async function move(batch: SinkBatch): Promise<void> {
    const values = moveValues(reader, partition, { position, epoch }, batch.next)
    const [row] = await database.query({
      name: 'write',
      text: statements.write,
      values: [...values, ...rows.parameters()],
    })
    if (row?.['moved'] !== 1) throw fenced(options)
    position = batch.next
  }

  async function write(batch: SinkBatch): Promise<readonly Refusal[]> {
    const refused = rows.fill(batch.records)
    if (refused.length === 0) {
      try {
        await move(batch)
        return []
      } catch (error) {
        if (!isDataError(error) || isForeignRow(error, options)) throw error
      }
    }
    const alsoRefused = await tryEach(options, without(batch.records, refused))
    const all = [...refused, ...alsoRefused]
    if (all.length > 0) return all.sort((a, b) => a.record.offset - b.record.offset)
    const what = `partition ${partition} was refused as a batch, but not record by record`
    throw sinkFault(place, 'sink-unavailable', `${what}; it is tried again`)
  }

  return {
    position,
    async write(batch) {
      if (isLost) throw new Error('a partition that has failed is claimed anew')
      if (position !== undefined && batch.from !== position) {
        throw new Error(`a batch begins at ${batch.from}, where ${position} is outside`)
      }
      try {
        return await write(batch)
      } catch (error) {
        isLost = true
        throw writeFault(error, batch, options)
      }
    },
  }
}

function without(records: readonly SinkRecord[], refused: readonly Refusal[]) {
  const bad = new Set(refused.map(({ record }) => record))
  return bad.size === 0 ? records : records.filter((record) => !bad.has(record))
}

/** Finds the records that the server takes not, by halves, and undoes all that it wrote for it. */
async function tryEach(
  { database, rows, statements }: PartitionOptions,
  records: readonly SinkRecord[],
): Promise<readonly Refusal[]> {
  const refused: Refusal[] = []

  async function attempt(query: Query, some: readonly SinkRecord[]): Promise<void> {
    const [first] = some
    if (first === undefined) return
    await query({ text: 'savepoint part' })
    try {
      rows.fill(some)
      await query({ text: statements.rows, values: rows.parameters() })
      await query({ text: 'release part' })
    } catch (error) {
      if (!isDataError(error)) throw error
      await query({ text: 'rollback to part' })
      if (some.length === 1) {
        refused.push({ record: first, reason: refusalReason(error) })
        return
      }
      const half = Math.ceil(some.length / 2)
      await attempt(query, some.slice(0, half))
      await attempt(query, some.slice(half))
    }
  }

  await database.transaction(async (query) => {
    await query({ text: 'savepoint trial' })
    await query({ text: 'set constraints all immediate' })
    await attempt(query, records)
    // The records meet their fates before anything is outside.
    await query({ text: 'rollback to trial' })
  })
  return refused
}

/** A row of these coordinates is there, though the position says that none is. */
function isForeignRow(error: ServerError, { offsetIndex }: PartitionOptions): boolean {
  return error.code === '23505' && error.constraint === offsetIndex
}

function writeFault(error: unknown, batch: SinkBatch, options: PartitionOptions): Error {
  const { place, partition, reader } = options
  const coordinates = { topic: reader.topic, partition, offset: batch.from }
  if (isServerError(error) && isForeignRow(error, options)) {
    const what =
      `the table holds rows of partition ${partition} from offset ${batch.from} on that this ` +
      'sink did not write; give it a table of its own, or delete those rows'
    return sinkFault(place, 'sink-differs', what, { coordinates })
  }
  return faultOf(error, place, `writing partition ${partition}`)
}

function fenced({ place, partition, reader }: PartitionOptions): EngineError {
  const what = `partition ${partition} of topic "${reader.topic}" was claimed by another process`
  return sinkFault(place, 'sink-fenced', what, {
    coordinates: { topic: reader.topic, partition },
  })
}
