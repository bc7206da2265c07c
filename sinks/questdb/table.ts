// The table of a sink: made from its columns if it is not there, evolved if it is. A row is known
// by its upsert keys, so that writing it twice leaves one. What cannot be mended without a loss is
// refused, with the repair.
import { type Place, sinkFault } from '../sink-fault.ts'
import { type Age, ageOf, ageText, isAge, type Partition } from './age.ts'
import { untilApplied, type Waiting } from './applied.ts'
import type { Column } from './columns.ts'
import { OFFSET, PARTITION } from './lines.ts'
import { folded, sqlName, sqlText } from './names.ts'
import type { Server } from './server.ts'

export interface TableShape {
  readonly table: string
  /** Without that of the time, and the engine's own. */
  readonly columns: readonly Column[]
  /** The designated timestamp. */
  readonly time: string
  /** Beside the time. */
  readonly keys: readonly string[]
  readonly partition: Partition
  /** Microseconds; 0: for ever. */
  readonly ttl: number
}

/** What QuestDB says of a table or a view. */
export interface FoundTable {
  /** Of no other table, not even of one of the same name that was dropped. */
  readonly id: number
  readonly time: string
  readonly isWal: boolean
  readonly isDedup: boolean
  readonly partition: string
  readonly ttlValue: number
  readonly ttlUnit: string
  readonly isView: boolean
}

export async function findTable(server: Server, name: string): Promise<FoundTable | undefined> {
  const [row] = await server.query(
    'SELECT id, designatedTimestamp, walEnabled, dedup, partitionBy, ttlValue, ttlUnit,' +
      ` table_type FROM tables() WHERE lower(table_name) = ${sqlText(folded(name))}`,
  )
  if (row === undefined) return undefined
  const [id, time, isWal, isDedup, partition, ttlValue, ttlUnit, type] = row
  return {
    id: Number(id),
    time: String(time),
    isWal: isWal === true,
    isDedup: isDedup === true,
    partition: String(partition),
    ttlValue: Number(ttlValue),
    ttlUnit: String(ttlUnit),
    isView: type !== 'T',
  }
}

export function createTable({ table, columns, time, keys, partition, ttl }: TableShape): string {
  const cells = [
    ...columns.filter(({ name }) => name !== time).map(definition),
    `${sqlName(PARTITION)} INT`,
    `${sqlName(OFFSET)} LONG`,
    `${sqlName(time)} TIMESTAMP`,
  ]
  const age = ttl === 0 ? '' : ` TTL ${ageText(ageOf(ttl, partition))}`
  return (
    `CREATE TABLE IF NOT EXISTS ${sqlName(table)} (${cells.join(', ')})` +
    ` TIMESTAMP(${sqlName(time)}) PARTITION BY ${partition.toUpperCase()}${age} WAL` +
    ` DEDUP UPSERT KEYS(${[time, ...keys].map(sqlName).join(', ')})`
  )
}

const definition = ({ name, type }: Pick<Column, 'name' | 'type'>): string =>
  `${sqlName(name)} ${type}`

/** Returns the table's id. Several processes may do this at once. */
export async function makeTable(
  server: Server,
  shape: TableShape,
  waiting: Waiting,
): Promise<{ readonly id: number }> {
  const { place } = waiting
  await server.query(createTable(shape))
  const found = await findTable(server, shape.table)
  if (found === undefined) {
    throw sinkFault(place, 'sink-unavailable', `table "${shape.table}" was made, and is gone`)
  }
  const differs = differing(shape, place)
  if (found.isView) throw differs('is a view', 'name another table')
  if (!found.isWal) throw differs('is no WAL table', 'name another table, or drop this one')
  if (found.time !== shape.time) {
    const has = found.time === 'null' ? 'no designated timestamp' : `"${found.time}" as its time`
    throw differs(`has ${has}, not "${shape.time}"`, 'name another table, or drop this one')
  }
  if (found.partition !== shape.partition.toUpperCase()) {
    const is = `is partitioned by ${found.partition}, not ${shape.partition.toUpperCase()}`
    throw differs(is, `set \`partition: ${found.partition.toLowerCase()}\`, or drop the table`)
  }
  await evolveColumns(server, shape, { ...waiting, differs })
  const age: Age = ageOf(shape.ttl, shape.partition)
  if (!isAge(age, found)) {
    await server.query(`ALTER TABLE ${sqlName(shape.table)} SET TTL ${ageText(age)}`)
  }
  return found
}

type Differs = (how: string, repair: string, column?: string) => Error

function differing({ table }: TableShape, place: Place): Differs {
  return (how, repair, column) => {
    const what = column === undefined ? '' : `column "${column}" of `
    const coordinates = { table, ...(column !== undefined && { column }) }
    return sinkFault(place, 'sink-differs', `${what}table "${table}" ${how}; ${repair}`, {
      coordinates,
    })
  }
}

async function evolveColumns(
  server: Server,
  shape: TableShape,
  { differs, ...waiting }: Waiting & { readonly differs: Differs },
): Promise<void> {
  const { table, columns, time, keys } = shape
  const found = await findColumns(server, table)
  const own = [
    { name: PARTITION, type: 'INT' },
    { name: OFFSET, type: 'LONG' },
  ]
  for (const column of [...columns.filter(({ name }) => name !== time), ...own]) {
    const has =
      found.get(folded(column.name)) ?? (await addColumn(server, { table, column }, waiting))
    if (!holds(has.type, column.type)) {
      const alter = `ALTER TABLE ${sqlName(table)} ALTER COLUMN ${sqlName(column.name)}`
      const repair = `convert it (${alter} TYPE ${column.type}), or name another table`
      throw differs(`is ${has.type}, and the topic needs ${column.type}`, repair, column.name)
    }
  }
  const had = [...found].flatMap(([name, { isKey }]) => (isKey ? [name] : []))
  await agreeOnKeys(server, { table, time, had, keys: [time, ...keys] }, differs)
}

interface FoundColumn {
  readonly type: string
  readonly isKey: boolean
}

/** By folded name. */
async function findColumns(
  server: Server,
  table: string,
): Promise<ReadonlyMap<string, FoundColumn>> {
  const rows = await server.query(
    `SELECT "column", type, upsertKey FROM table_columns(${sqlText(table)})`,
  )
  return new Map(
    rows.map(([name, type, isKey]): [string, FoundColumn] => [
      folded(String(name)),
      { type: String(type), isKey: isKey === true },
    ]),
  )
}

/** Of several processes that add it at once QuestDB refuses all but one, IF NOT EXISTS or not. */
async function addColumn(
  server: Server,
  { table, column }: { readonly table: string; readonly column: Pick<Column, 'name' | 'type'> },
  waiting: Waiting,
): Promise<FoundColumn> {
  const sql = `ALTER TABLE ${sqlName(table)} ADD COLUMN IF NOT EXISTS ${definition(column)}`
  try {
    await server.query(sql)
  } catch (error) {
    await untilApplied(server, table, waiting)
    const added = (await findColumns(server, table)).get(folded(column.name))
    if (added === undefined) throw error
    return added
  }
  return { type: column.type, isKey: false }
}

interface Keys {
  readonly table: string
  readonly time: string
  readonly had: readonly string[]
  readonly keys: readonly string[]
}

/** Other keys hold for new rows only: those that are there would stand twice. */
async function agreeOnKeys(server: Server, { table, time, had, keys }: Keys, differs: Differs) {
  const wanted = keys.map(folded)
  if (wanted.length === had.length && wanted.every((name) => had.includes(name))) return
  const [row] = await server.query(`SELECT ${sqlName(time)} FROM ${sqlName(table)} LIMIT 1`)
  if (row !== undefined) {
    const has = had.length === 0 ? 'no upsert keys' : `the upsert keys ${had.join(', ')}`
    const how = `holds rows and has ${has}, not ${keys.join(', ')}`
    throw differs(how, 'name another table, or drop this one, and it is filled again')
  }
  await server.query(
    `ALTER TABLE ${sqlName(table)} DEDUP ENABLE UPSERT KEYS(${keys.map(sqlName).join(', ')})`,
  )
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  FLOAT: ['DOUBLE'],
  INT: ['LONG'],
  // A line's text goes into each of them.
  SYMBOL: ['VARCHAR', 'STRING'],
  VARCHAR: ['SYMBOL', 'STRING'],
}

/** Whether a column of one type holds all values of another. */
function holds(type: string, needed: string): boolean {
  if (type === needed || WIDER[needed]?.includes(type)) return true
  const [has, needs] = [room(type), room(needed)]
  if (has === undefined || needs === undefined) return false
  return has.scale >= needs.scale && has.whole >= needs.whole
}

function room(type: string): { readonly whole: number; readonly scale: number } | undefined {
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  if (precision === undefined) return undefined
  return { whole: Number(precision) - Number(scale), scale: Number(scale) }
}
