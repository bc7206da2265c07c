// Rollups: materialised views over the sink's table, which QuestDB keeps up to date by itself and
// keeps longer than the rows. Their values are calls of a fixed list of aggregates over columns, so
// that no SQL comes from a topology.
import { sinkFault } from '../sink-fault.ts'
import { ageOf, ageText, DAY, HOUR, isAge, type Partition, readAge } from './age.ts'
import type { Waiting } from './applied.ts'
import type { Rollup } from './config.ts'
import { folded, sqlName, sqlText } from './names.ts'
import type { Cell, Server } from './server.ts'
import { findTable } from './table.ts'

export interface RollupBase {
  readonly table: string
  /** Its designated timestamp, and that of the view. */
  readonly time: string
}

export interface Aggregate {
  readonly name: string
  /** Empty: `count()`. */
  readonly of: string
}

export const AGGREGATES = ['first', 'last', 'min', 'max', 'sum', 'avg', 'count'] as const

/** Undefined: it is no call of one of them. */
export function parseAggregate(text: string): Aggregate | undefined {
  const [, name = '', of = ''] = /^\s*([a-z]+)\(\s*(\w*)\s*\)\s*$/.exec(text) ?? []
  if (!AGGREGATES.some((each) => each === name) || (of === '' && name !== 'count')) return undefined
  return { name, of }
}

export function createRollup(name: string, rollup: Rollup, base: RollupBase): string {
  const partition = partitionOf(rollup)
  const ttl = readAge(rollup.ttl)
  const age = ttl === 0 ? '' : ` TTL ${ageText(ageOf(ttl, partition))}`
  return (
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${sqlName(name)} AS (${selectOf(rollup, base)})` +
    ` PARTITION BY ${partition.toUpperCase()}${age}`
  )
}

function selectOf({ every, by = [], values }: Rollup, { table, time }: RollupBase): string {
  const cells = [time, ...by].map(sqlName)
  for (const [name, call] of Object.entries(values)) {
    const aggregate = parseAggregate(call)
    if (aggregate === undefined) throw new Error('checks let calls of aggregates pass alone')
    const of = aggregate.of === '' ? '' : sqlName(aggregate.of)
    cells.push(`${aggregate.name}(${of}) AS ${sqlName(name)}`)
  }
  return `SELECT ${cells.join(', ')} FROM ${sqlName(table)} SAMPLE BY ${interval(every)}`
}

const SECOND = 1_000_000

function interval(every: number): string {
  if (every % DAY === 0) return `${every / DAY}d`
  if (every % HOUR === 0) return `${every / HOUR}h`
  return every % (60 * SECOND) === 0 ? `${every / (60 * SECOND)}m` : `${every / SECOND}s`
}

function partitionOf({ every }: Rollup): Partition {
  if (every < HOUR) return 'day'
  return every < DAY ? 'month' : 'year'
}

/** Several processes may do this at once. */
export async function makeRollup(
  server: Server,
  options: {
    readonly name: string
    readonly rollup: Rollup
    readonly base: RollupBase
  } & Waiting,
): Promise<void> {
  const { name, rollup, base, place } = options
  const differs = (how: string, repair: string): Error => {
    const coordinates = { table: name }
    return sinkFault(place, 'sink-differs', `rollup "${name}" ${how}; ${repair}`, { coordinates })
  }
  const found = await findTable(server, name)
  if (found && !found.isView) throw differs('is the name of a table', 'give it another')
  await server.query(createRollup(name, rollup, base))
  const [sql, status, why] = await findView(server, name, options)
  if (sql !== selectOf(rollup, base)) {
    const drop = `DROP MATERIALIZED VIEW ${sqlName(name)}`
    throw differs(
      'is a view of something else',
      `rename it, or ${drop}: it is made of what is kept`,
    )
  }
  if (status === 'invalid') {
    const repair = `run REFRESH MATERIALIZED VIEW ${sqlName(name)} FULL`
    throw differs(`is no longer kept up to date by QuestDB (${String(why)})`, repair)
  }
  const age = ageOf(readAge(rollup.ttl), partitionOf(rollup))
  const view = await findTable(server, name)
  if (view && !isAge(age, view)) {
    await server.query(`ALTER MATERIALIZED VIEW ${sqlName(name)} SET TTL ${ageText(age)}`)
  }
}

const SEEN_WITHIN_MS = 10_000
const LOOK_AGAIN_MS = 20

/** One that another process makes at this moment is there, and not told of yet. */
async function findView(
  server: Server,
  name: string,
  { place, clock }: Waiting,
): Promise<readonly Cell[]> {
  const deadline = clock.now() + SEEN_WITHIN_MS
  for (;;) {
    const [row] = await server.query(
      'SELECT view_sql, view_status, invalidation_reason FROM materialized_views()' +
        ` WHERE lower(view_name) = ${sqlText(folded(name))}`,
    )
    if (row !== undefined) return row
    if (clock.now() > deadline) {
      throw sinkFault(place, 'sink-unavailable', `rollup "${name}" was made, and is not there`)
    }
    await clock.pause(LOOK_AGAIN_MS)
  }
}
