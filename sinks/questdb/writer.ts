// The open sink: partitions are claimed and written one batch at a time, rows first, then how far
// they came.
//
// Nothing in QuestDB can fence a writer. Without a declared key that does no harm: what a process
// writes late, or twice, are rows that are there. With one, an old record could take the place of a
// newer one, so a writer that was away for a while asks whether it still holds the partition.
import type { Micros, Sink, SinkBatch, SinkClock, SinkCount, SinkPartition } from '../sink.ts'
import { checkApplies, untilApplied } from './applied.ts'
import type { Column } from './columns.ts'
import { fault, type Place } from './fault.ts'
import { linesOf, OFFSET } from './lines.ts'
import { sqlName } from './names.ts'
import { POSITIONS, type Positions, positionsOf, type PositionsOwner } from './positions.ts'
import type { Server } from './server.ts'

export interface WriterOptions {
  readonly table: string
  /** Without that of the time. */
  readonly columns: readonly Column[]
  readonly time: string
  /** Fields of the declared key, with that of the time. */
  readonly identity: readonly string[] | undefined
  /** Microseconds; 0: for ever. */
  readonly ttl: number
  readonly owner: PositionsOwner
  readonly place: Place
  readonly clock: SinkClock
}

/** Long beside a write, short beside the time in which a group gives up a process for dead. */
const AWAY: Micros = 2_000_000

export function writeTo(server: Server, options: WriterOptions): Sink {
  const { table, time, identity, ttl, owner, place, clock } = options
  const positions = positionsOf(server, owner, place)
  const toLines = linesOf(table, options.columns)
  const isKeyed = identity !== undefined

  async function write(
    { partition, records, next }: SinkBatch,
    claimed: Micros,
  ): ReturnType<SinkPartition['write']> {
    const lines = toLines({ partition, records })
    if (lines.refusals.length > 0) return lines.refusals
    const bad = lines.text === '' ? undefined : await server.write(lines.text)
    const record = bad && lines.records[bad.line - 1]
    if (bad && record) {
      const column = bad.column === undefined ? 'its line' : `what column "${bad.column}" is given`
      return [{ record, reason: `QuestDB does not take ${column}` }]
    }
    await positions.set(partition, { position: next, claimed }, clock.present())
    return []
  }

  async function checkHolds(partition: number, claimed: Micros): Promise<void> {
    const found = (await positions.read()).get(partition)
    if (found?.claimed === claimed) return
    const coordinates = { partition, topic: owner.topic }
    const what = `another process writes partition ${partition} of "${owner.topic}"`
    throw fault(place, 'sink-fenced', what, { coordinates })
  }

  /** As acknowledged by now: what is behind it is not there, what is before it is. */
  async function readPositions(): ReturnType<Positions['read']> {
    await untilApplied(server, POSITIONS, { place, clock })
    return positions.read()
  }

  async function claim(partition: number): Promise<SinkPartition> {
    await checkApplies(server, table, place)
    const position = (await readPositions()).get(partition)?.position
    const claimed = clock.present()
    let settled = claimed
    if (isKeyed) {
      await positions.set(partition, { position, claimed }, claimed)
      await untilApplied(server, POSITIONS, { place, clock })
    }
    return {
      position,
      async write(batch) {
        const wasAway = Math.abs(clock.present() - settled) > AWAY
        if (isKeyed && wasAway) await checkHolds(partition, claimed)
        const refusals = await write(batch, claimed)
        settled = clock.present()
        return refusals
      },
    }
  }

  /** What is younger than the newest row by no more than their age is there for certain. */
  async function count(): Promise<SinkCount> {
    await untilApplied(server, table, { place, clock })
    const from = `FROM ${sqlName(table)}`
    const [newest] = await server.query(`SELECT cast(max(${sqlName(time)}) AS LONG) ${from}`)
    const last = newest?.[0]
    const since = ttl === 0 || typeof last !== 'number' ? undefined : Math.max(0, last - ttl)
    const kept = since === undefined ? '' : ` AND ${sqlName(time)} >= cast(${since} AS TIMESTAMP)`
    const [row] = await server.query(
      `SELECT count() ${from} WHERE ${sqlName(OFFSET)} IS NOT NULL${kept}`,
    )
    return { rows: Number(row?.[0]), since }
  }

  return {
    identity,
    claim,
    async positions() {
      const found = [...(await readPositions())]
      return new Map(
        found.flatMap(([partition, { position }]): [number, number][] =>
          position === undefined ? [] : [[partition, position]],
        ),
      )
    },
    count,
    close() {
      server.close()
      return Promise.resolve()
    },
  }
}
