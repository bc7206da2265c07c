// How far each sink has come, in a table of the engine's own beside the rows, so that both move in
// one transaction. A position is moved only by who claimed it last: claiming raises its epoch.
import type { Query, Statement } from './database.ts'

export const POSITIONS = { schema: 'millrace_engine', name: 'positions' } as const
const POSITIONS_NAME = '"millrace_engine"."positions"'

/** `position` is null while nothing is outside. `rows_in` is the table that it holds for. */
export const CREATE_POSITIONS = `create table ${POSITIONS_NAME} (
    topology text not null, sink text not null, topic text not null, partition integer not null,
    position bigint, epoch bigint not null, rows_in text not null,
    primary key (topology, sink, topic, partition)
  )`

export interface Reader {
  readonly topology: string
  readonly sink: string
  readonly topic: string
  /** The table that it fills, as SQL names it. */
  readonly table: string
}

export interface Claimed {
  readonly position: number | undefined
  readonly epoch: number
}

export async function claimPosition(
  query: Query,
  { topology, sink, topic, table }: Reader,
  partition: number,
): Promise<Claimed> {
  const [row] = await query({
    text: `insert into ${POSITIONS_NAME} as p (topology, sink, topic, partition, epoch, rows_in)
      values ($1, $2, $3, $4, 1, $5)
      on conflict (topology, sink, topic, partition)
        do update set epoch = p.epoch + 1, rows_in = excluded.rows_in
      returning position, epoch`,
    values: [topology, sink, topic, partition, table],
  })
  if (row === undefined) throw new Error('a position that is claimed is returned')
  const { position, epoch } = row
  return { position: position === null ? undefined : Number(position), epoch: Number(epoch) }
}

export async function readPositions(
  query: Query,
  { topology, sink, topic }: Reader,
): Promise<ReadonlyMap<number, number>> {
  const rows = await query({
    text: `select partition, position from ${POSITIONS_NAME}
      where topology = $1 and sink = $2 and topic = $3 and position is not null`,
    values: [topology, sink, topic],
  })
  return new Map(rows.map((row) => [Number(row['partition']), Number(row['position'])]))
}

/** The table that it has filled until now, if it has written anything. */
export async function filledTable(
  query: Query,
  { topology, sink, topic }: Reader,
): Promise<string | undefined> {
  const [row] = await query({
    text: `select rows_in from ${POSITIONS_NAME}
      where topology = $1 and sink = $2 and topic = $3 and position is not null limit 1`,
    values: [topology, sink, topic],
  })
  return row && String(row['rows_in'])
}

/** How many parameters `MOVE` takes: `movedValues` gives them. */
export const MOVE_PARAMETERS = 7

/**
 * Moves the position, if nobody has claimed the partition since. An update waits for whoever
 * changes the row, and then looks at it anew (READ COMMITTED), so that of a claim and a move that
 * meet one is whole before the other.
 */
export const MOVE = `update ${POSITIONS_NAME} set position = $1
    where topology = $2 and sink = $3 and topic = $4 and partition = $5
      and epoch = $6 and position is not distinct from $7::bigint`

export function moveValues(
  { topology, sink, topic }: Reader,
  partition: number,
  { position, epoch }: Claimed,
  next: number,
): NonNullable<Statement['values']> {
  return [next, topology, sink, topic, partition, epoch, position ?? null]
}
