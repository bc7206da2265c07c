// Rows that the engine itself puts into a channel: the end of a run, or the decision to go on
// without a silent topic or task. They stand in the order log with the record before which they
// belong, so that a restart or a rewind meets them at the same place.
import type { Append, Bounds, Log } from '../../connectors/connector.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { END, keyAt, kindOf, type RecordBatch } from '../../connectors/record-batch.ts'
import type { ChannelState } from '../task/channel.ts'
import type { Source } from '../task/source.ts'
import { isOpeningMark } from '../state/opening-mark.ts'
import { orderTopic } from '../topic-names.ts'

/** HEARTBEAT or END, see record-batch.ts, before a record of a partition. */
export interface InsertedRow {
  readonly sub: number
  /** `topic/partition`. */
  readonly source: string
  /** The task that sends what it stands among; -1: the world. */
  readonly upstream: number
  /**
   * The record's offset. Of what a task sends it is the record's number instead: when all is taken
   * again, that is the same, and the offset need not be.
   */
  readonly offset: number
  readonly kind: number
  readonly clock: number
}

/** Between source and task in the key of a row. */
const FROM_TASK = ' from task '

/** The row as a batch of one, to be put into the channel. */
export function insertedBatch({ kind, clock }: InsertedRow): RecordBatch {
  const builder = new BatchBuilder()
  builder.add(kind, undefined, null, NaN, clock)
  return builder.take()
}

/** What keeps the rows on the log. */
export function appendInserted(
  topology: string,
  partition: number,
  rows: readonly InsertedRow[],
): readonly Append[] {
  if (rows.length === 0) return []
  const builder = new BatchBuilder({ sent: true })
  for (const { sub, source, upstream, offset, kind, clock } of rows) {
    const key = upstream < 0 ? source : `${source}${FROM_TASK}${upstream}`
    builder.add(kind, key, null, NaN, clock)
    builder.sentBy(sub, offset)
  }
  return [{ topic: orderTopic(topology), partition, batch: builder.take() }]
}

/**
 * All rows that were inserted into sources of a partition's tasks. `bounds` of the order log are
 * asked for if they are not known.
 */
export async function readInserted(
  log: Log,
  topology: string,
  partition: number,
  bounds?: Bounds,
): Promise<readonly InsertedRow[]> {
  const rows: InsertedRow[] = []
  const found = bounds ? [bounds] : await log.bounds([{ topic: orderTopic(topology), partition }])
  for (const each of found) {
    for await (const { batch, from } of readPartition(log, each)) {
      for (let row = from; row < batch.count; row += 1) {
        if (!isOpeningMark(batch, row)) rows.push(insertedAt(batch, row))
      }
    }
  }
  return rows
}

function insertedAt(batch: RecordBatch, row: number): InsertedRow {
  const [source = '', upstream = -1] = (keyAt(batch, row) ?? '').split(FROM_TASK)
  return {
    sub: batch.sent?.upstreams[row] ?? 0,
    source,
    upstream: Number(upstream),
    offset: batch.sent?.sequences[row] ?? 0,
    kind: kindOf(batch, row),
    clock: batch.available[row] ?? NaN,
  }
}

/** Puts the rows of a sub-topology into its task's sources, but for those that it has taken. */
export function insertAgain(
  sources: readonly Source[],
  sub: number,
  rows: readonly InsertedRow[],
): void {
  for (const row of rows) {
    const source = row.sub === sub ? sources.find(({ id }) => id === row.source) : undefined
    const channel = source?.channels.find(({ layout }) => layout.upstream === row.upstream)
    if (source === undefined || channel === undefined) continue
    if (row.upstream >= 0) {
      if (row.offset >= channel.sequence) channel.raise(row.offset, row.clock)
    } else if (row.offset >= source.next && !isTaken(channel, row)) {
      source.insert(row.offset, insertedBatch(row))
    }
  }
}

/**
 * Whether the channel has taken a row that stands before what it reads next. Of several at one
 * offset each later one says more: a later clock, or at the same clock that the channel has ended.
 */
function isTaken(channel: ChannelState, { offset, clock, kind }: InsertedRow): boolean {
  if (channel.offset <= offset || channel.clock < clock) return false
  return channel.clock > clock || kind !== END || channel.hasEnded
}
