// How far each partition has come, in a table of the engine's own: one row each, at a time that
// never changes, so that a newer row takes the place of the older. A position is written after the
// rows before it are in QuestDB's log, so each that was ever written is true: an older one only
// means rows that are written again. It holds for the table by its id, so that a table that was
// dropped and made anew is filled from the start.
import { type Place, sinkFault } from '../sink-fault.ts'
import type { Micros } from '../sink.ts'
import { lineWord, sqlName, sqlText } from './names.ts'
import type { Server } from './server.ts'
import { findTable } from './table.ts'

export const POSITIONS = 'millrace_positions'

const CREATE =
  `CREATE TABLE IF NOT EXISTS ${sqlName(POSITIONS)} (topology SYMBOL, sink SYMBOL, topic SYMBOL,` +
  ' "partition" INT, table_id LONG, position LONG, claimed TIMESTAMP, written TIMESTAMP,' +
  ' time TIMESTAMP) TIMESTAMP(time) PARTITION BY YEAR WAL' +
  ' DEDUP UPSERT KEYS(time, topology, sink, topic, "partition")'

/** Whose positions they are. */
export interface PositionsOwner {
  readonly topology: string
  readonly sink: string
  readonly topic: string
  /** Of the table with the rows. */
  readonly tableId: number
}

export interface Position {
  /** Undefined: claimed, and nothing written since. */
  readonly position: number | undefined
  /** When whoever writes it took it; tells one from another. */
  readonly claimed: Micros
}

export interface Positions {
  readonly read: () => Promise<ReadonlyMap<number, Position>>
  readonly set: (partition: number, position: Position, written: Micros) => Promise<void>
}

export async function makePositions(server: Server, place: Place): Promise<void> {
  await server.query(CREATE)
  if ((await findTable(server, POSITIONS))?.isDedup) return
  const what = `table "${POSITIONS}" was not made by a sink; rename it, and it is made anew`
  throw sinkFault(place, 'sink-differs', what, { coordinates: { table: POSITIONS } })
}

/** The topic that another sink fills the table from, if one does. */
export async function otherTopicOf(
  server: Server,
  { topic, tableId }: PositionsOwner,
): Promise<string | undefined> {
  const [row] = await server.query(
    `SELECT topic FROM ${sqlName(POSITIONS)}` +
      ` WHERE table_id = ${tableId} AND topic != ${sqlText(topic)} LIMIT 1`,
  )
  return row === undefined ? undefined : String(row[0])
}

export function positionsOf(server: Server, owner: PositionsOwner, place: Place): Positions {
  const { topology, sink, topic, tableId } = owner
  const start = [
    lineWord(POSITIONS),
    `topology=${lineWord(topology)}`,
    `sink=${lineWord(sink)}`,
    `topic=${lineWord(topic)}`,
  ].join(',')
  const select =
    'SELECT "partition", position, cast(claimed AS LONG)' +
    ` FROM ${sqlName(POSITIONS)} WHERE topology = ${sqlText(topology)}` +
    ` AND sink = ${sqlText(sink)} AND topic = ${sqlText(topic)} AND table_id = ${tableId}`
  return {
    async read() {
      const rows = await server.query(select)
      return new Map(
        rows.map(([partition, position, claimed]): [number, Position] => [
          Number(partition),
          {
            position: typeof position === 'number' ? position : undefined,
            claimed: Number(claimed),
          },
        ]),
      )
    },
    async set(partition, { position, claimed }, written) {
      const cells = [
        `partition=${partition}i`,
        `table_id=${tableId}i`,
        ...(position === undefined ? [] : [`position=${position}i`]),
        `claimed=${claimed}t`,
        `written=${written}t`,
      ]
      const bad = await server.write(`${start} ${cells.join(',')} 0\n`)
      if (bad === undefined) return
      const what = `table "${POSITIONS}" takes no position; rename it, and it is made anew`
      throw sinkFault(place, 'sink-differs', what, { coordinates: { table: POSITIONS } })
    },
  }
}
