// The open sink: partitions are claimed and written one batch at a time, rows first, then how far
// they came. Nothing in QuestDB can fence a writer. Where each record is a row that does no harm:
// what comes late or twice is there. With a declared key an old record could take the place of a
// newer one, so a writer that was away for a while asks whether it still holds the partition.
import { type Place, sinkFault } from '../sink-fault.ts'
import type {
  Micros,
  Refusal,
  Sink,
  SinkBatch,
  SinkClock,
  SinkCount,
  SinkPartition,
} from '../sink.ts'
import { checkApplies, untilApplied } from './applied.ts'
import type { Column } from './columns.ts'
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

/** What all parts of an open sink work with. */
interface Writing extends WriterOptions {
  readonly server: Server
  readonly positions: Positions
  readonly toLines: ReturnType<typeof linesOf>
}

export function writeTo(server: Server, options: WriterOptions): Sink {
  const { table, columns, identity, owner, place } = options
  const writing: Writing = {
    ...options,
    server,
    positions: positionsOf(server, owner, place),
    toLines: linesOf(table, columns),
  }
  return {
    identity,
    claim: (partition) => claim(writing, partition),
    async positions() {
      const found = [...(await readPositions(writing))]
      return new Map(
        found.flatMap(([partition, { position }]): [number, number][] =>
          position === undefined ? [] : [[partition, position]],
        ),
      )
    },
    count: () => count(writing),
    close() {
      server.close()
      return Promise.resolve()
    },
  }
}

/** All that were acknowledged before the call. */
async function readPositions(writing: Writing): ReturnType<Positions['read']> {
  await untilApplied(writing.server, POSITIONS, writing)
  return writing.positions.read()
}

async function claim(writing: Writing, partition: number): Promise<SinkPartition> {
  const { server, table, place, clock, positions, identity } = writing
  await checkApplies(server, table, place)
  const position = (await readPositions(writing)).get(partition)?.position
  const claimed = clock.present()
  let settled = claimed
  const isKeyed = identity !== undefined
  if (isKeyed) {
    await positions.set(partition, { position, claimed }, claimed)
    await untilApplied(server, POSITIONS, writing)
  }
  return {
    position,
    async write(batch) {
      const wasAway = Math.abs(clock.present() - settled) > AWAY
      if (isKeyed && wasAway) await checkHolds(writing, partition, claimed)
      const refusals = await write(writing, batch, claimed)
      settled = clock.present()
      return refusals
    },
  }
}

async function checkHolds(writing: Writing, partition: number, claimed: Micros): Promise<void> {
  const found = (await writing.positions.read()).get(partition)
  if (found?.claimed === claimed) return
  const { place, owner } = writing
  const coordinates = { partition, topic: owner.topic }
  const what = `another process writes partition ${partition} of "${owner.topic}"`
  throw sinkFault(place, 'sink-fenced', what, { coordinates })
}

async function write(
  { server, positions, toLines, clock }: Writing,
  { partition, records, next }: SinkBatch,
  claimed: Micros,
): Promise<readonly Refusal[]> {
  const lines = toLines({ partition, records })
  if (lines.refusals.length > 0) return lines.refusals
  const bad = lines.text === '' ? undefined : await server.write(lines.text)
  if (bad) {
    const record = lines.records[bad.line - 1]
    if (record === undefined)
      throw new Error(`QuestDB refuses line ${bad.line}, which was not sent`)
    const column = bad.column === undefined ? 'its line' : `what column "${bad.column}" is given`
    return [{ record, reason: `QuestDB does not take ${column}` }]
  }
  await positions.set(partition, { position: next, claimed }, clock.present())
  return []
}

/** What is younger than the newest row by no more than their age is there for certain. */
async function count(writing: Writing): Promise<SinkCount> {
  const { server, table, time, ttl } = writing
  await untilApplied(server, table, writing)
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
